import type { FieldModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { elementsOf } from '../survivorship/elements.ts'
import { compareVersions } from './source-field.ts'

/** A value of an earlier write; also the one that stands, where it was written before: since when it may have been there. */
export interface EarlierValue {
  v: Json
  /** When the write was leased (epoch ms). */
  at: number
  /** When it was acknowledged, if it was. */
  ack?: number
  /** The vendor's own time of it, where it told one. */
  told?: number
  /** The last write of the same value that followed it, and is not the one that stands. */
  again?: { at: number; ack: number; told?: number }
  /** The lease of the last write of the record, where that said nothing of the field: this one stands there still. */
  left?: number
  /** The same of one that stood there until another value was written: that write's report may still show it. */
  stood?: number
}

/** A call under way, or one whose fate is not known yet. */
export interface WriteInFlight {
  /** When it was leased (epoch ms). */
  at: number
  /** The remote record that is written; absent: a create, whose record is not known. */
  to?: string
  /** Of a create: remote records that a merge or its people brought, and that were written since: it made none of these. */
  not?: readonly string[]
  /** The call is under way now. */
  called?: boolean
  /** It is archived or deleted: no fields are written. */
  removes?: true
  /** The fields that the call tells; absent: all. */
  carries?: readonly string[] | undefined
  /** Canonical values by field. */
  fields: JsonObject
}

/** Those that go, or may have gone, to this remote record: a create that is not settled may have made it. */
export function writesTo(remoteId: string | undefined, inFlight: readonly WriteInFlight[]): WriteInFlight[] {
  const mayHaveMade = (not: readonly string[] | undefined): boolean =>
    remoteId === undefined || not?.includes(remoteId) !== true
  return inFlight.filter(
    ({ to, not, removes }) => removes === undefined && (to === undefined ? mayHaveMade(not) : to === remoteId),
  )
}

/** We may have removed this remote record: a call that does so is under way, or nobody knows what became of it. */
export function mayBeRemoved(remoteId: string | undefined, inFlight: readonly WriteInFlight[]): boolean {
  return remoteId !== undefined && inFlight.some(({ to, removes }) => removes === true && to === remoteId)
}

/** What we wrote, or may have written, to one remote record, in canonical values by field. */
export interface Shadow {
  /** The newest first. */
  inFlight: readonly WriteInFlight[]
  /** The last acknowledged write, or what was adopted as if we had written it. */
  sent: JsonObject | undefined
  /** Values of earlier writes, and of such whose fate was never known. */
  earlier: Readonly<Record<string, readonly EarlierValue[]>>
  /** When the last acknowledged write was leased (epoch ms): what was seen before was overwritten by it. */
  sentFromMs: number | undefined
  /** When it was acknowledged. */
  sentAtMs: number | undefined
  /** The vendor's own time and version of it. */
  sentVendorAtMs: number | undefined
  sentVersion: string | undefined
  /** How far clocks may differ. */
  skewToleranceMs: number
}

/**
 * Where a report stands against our last acknowledged write: `before` means not later; `after` later by our clock but
 * within what clocks differ; `surely_after` by the vendor's own version or time; `unsure` when nothing tells.
 */
export type WriteOrder = 'before' | 'after' | 'surely_after' | 'unsure'

/** What a write, leased at that time, put into one slot; `called`: its call is under way now. */
export interface SlotWrite {
  v: Json | undefined
  at: number
  called?: boolean
}

/** The shadow of one slot. A value is undefined where the element was written as not there. */
export interface SlotShadow {
  inFlight: readonly SlotWrite[]
  /** `told`: the vendor's own time of it. */
  sent: { v: Json | undefined; told?: number } | undefined
  earlier: readonly (SlotWrite & Pick<EarlierValue, 'ack' | 'told' | 'again' | 'stood'>)[]
  sentFromMs: number | undefined
  sentAtMs: number | undefined
  /** The last write of the record said nothing of it: `sent` and its times are those of the write that did. */
  isLeft?: boolean
  /** The newest lease of the record, whatever that write tells. */
  leasedMs: number
  skewToleranceMs: number
}

/**
 * Orders a report against our last acknowledged write. `timed`: its time is the vendor's own, and not clamped to our receipt;
 * `isRead`: else it is when our read began. A vendor's clock that is ahead says nothing by ours (`toldAtMs`), but may say that the
 * report is later than its own time of our write.
 */
export function orderAgainstWrite(
  report: { version: string | undefined; atMs: number; timed: boolean; isRead: boolean; toldAtMs?: number },
  shadow: Pick<Shadow, 'sentAtMs' | 'sentVendorAtMs' | 'sentVersion' | 'skewToleranceMs'>,
): WriteOrder {
  if (shadow.sentAtMs === undefined) return 'unsure'
  const byVersion = compareVersions(report.version, shadow.sentVersion)
  if (byVersion !== undefined) return byVersion > 0 ? 'surely_after' : 'before'
  if (isToldAfter(report, shadow)) return 'surely_after'
  if (report.isRead && !report.timed)
    return report.atMs > shadow.sentAtMs + shadow.skewToleranceMs ? 'surely_after' : 'unsure'
  if (!report.timed) return 'unsure'
  if (shadow.sentVendorAtMs !== undefined) return report.atMs > shadow.sentVendorAtMs ? 'surely_after' : 'before'
  if (report.atMs <= shadow.sentAtMs) return 'before'
  return report.atMs > shadow.sentAtMs + shadow.skewToleranceMs ? 'surely_after' : 'after'
}

function isToldAfter({ toldAtMs }: { toldAtMs?: number }, { sentVendorAtMs }: Pick<Shadow, 'sentVendorAtMs'>): boolean {
  return toldAtMs !== undefined && sentVendorAtMs !== undefined && toldAtMs > sentVendorAtMs
}

/** By the vendor's own version or time it shows how things were right after our last acknowledged write. */
export function isOfLastWrite(
  report: { version: string | undefined; atMs: number; timed: boolean },
  { sentVersion, sentVendorAtMs }: Shadow,
): boolean {
  const byVersion = compareVersions(report.version, sentVersion)
  return byVersion === undefined ? report.timed && report.atMs === sentVendorAtMs : byVersion === 0
}

/** The shadow of a field that is decided as a whole; undefined when we never wrote it. */
export function fieldShadow(shadow: Shadow | undefined, field: string): SlotShadow | undefined {
  return slotShadow(shadow, field, value => ({ v: value }))
}

/**
 * The shadow of one element. A list that we wrote without the element was written as not holding it; of an object or of
 * consents only the members that we named were written.
 */
export function elementShadow(shadow: Shadow | undefined, model: FieldModel, key: string): SlotShadow | undefined {
  const isWhole = model.kind === 'list' && model.survivorship !== 'consent'
  return slotShadow(shadow, model.name, value => {
    const elements = elementsOf(model, value)
    if (!isWhole && !elements.has(key)) return undefined
    return { v: elements.get(key) ?? undefined }
  })
}

function slotShadow(
  shadow: Shadow | undefined,
  field: string,
  slot: (value: Json) => { v: Json | undefined } | undefined,
): SlotShadow | undefined {
  if (shadow === undefined) return undefined
  const valueOf = (fields: JsonObject | undefined) => {
    const value = fields?.[field]
    return value === undefined ? undefined : slot(value)
  }
  const inFlight = shadow.inFlight.flatMap(({ at, called, carries, fields }) => {
    const found = isTold({ carries }, field) ? valueOf(fields) : undefined
    return found === undefined ? [] : [{ v: found.v, at, ...(called === undefined ? {} : { called }) }]
  })
  const sent = valueOf(shadow.sent)
  const last = lastWriteOf(shadow, field)
  const earlier = last.earlier.flatMap(one => {
    const found = slot(one.v)
    return found === undefined ? [] : [{ ...one, v: found.v }]
  })
  if (inFlight.length === 0 && sent === undefined && earlier.length === 0) return undefined
  const { told, isLeft, sentFromMs, sentAtMs } = last
  return {
    inFlight,
    sent: sent && told !== undefined ? { ...sent, told } : sent,
    earlier,
    sentFromMs,
    sentAtMs,
    ...(isLeft ? { isLeft } : {}),
    leasedMs: Math.max(shadow.sentFromMs ?? 0, shadow.inFlight[0]?.at ?? 0),
    skewToleranceMs: shadow.skewToleranceMs,
  }
}

function isTold({ carries }: Pick<WriteInFlight, 'carries'>, field: string): boolean {
  return carries === undefined || carries.includes(field)
}

/** The last write of the record that said something of the field, and those before it. */
function lastWriteOf({ sentFromMs, sentAtMs, sentVendorAtMs, earlier }: Shadow, field: string) {
  const known = earlier[field] ?? []
  const [stands, ...others] = known
  if (stands?.left === undefined || stands.left !== sentFromMs)
    return { isLeft: false, sentFromMs, sentAtMs, told: sentVendorAtMs, earlier: known }
  const { again, left: _, ...first } = stands
  const { at, ack, told } = again ?? first
  const before = again === undefined ? others : [first, ...others]
  return { isLeft: true, sentFromMs: at, sentAtMs: ack, told, earlier: before }
}

const EARLIER_MAX = 8

/**
 * What to remember of earlier writes when another one is acknowledged: of each field the value that stood before, also
 * where it stands still, and of writes whose fate was never known theirs. Of a value that was written several times in a
 * row the first write is kept while it stands, with the times of the last, and the last one after that. Newest first and
 * bounded. Undefined: as before. `write`: the one that is acknowledged; undefined: nothing was written.
 */
export function earlierAfter(
  shadow: Pick<Shadow, 'sent' | 'earlier' | 'sentFromMs' | 'sentAtMs' | 'sentVendorAtMs'>,
  now: JsonObject,
  unsettled: readonly WriteInFlight[],
  write?: Pick<WriteInFlight, 'at' | 'carries'>,
): Record<string, EarlierValue[]> | undefined {
  const earlier: Record<string, EarlierValue[]> = {}
  for (const [field, values] of Object.entries(shadow.earlier)) earlier[field] = [...values]
  const { sent, sentFromMs = 0, sentAtMs, sentVendorAtMs } = shadow
  const told = sentVendorAtMs === undefined ? {} : { told: sentVendorAtMs }
  const writes: (Pick<WriteInFlight, 'fields' | 'carries'> & { when: Pick<EarlierValue, 'at' | 'ack' | 'told'> })[] = [
    // What was adopted was never written by us.
    ...(sent === undefined || sentAtMs === undefined
      ? []
      : [{ fields: sent, when: { at: sentFromMs, ack: sentAtMs, ...told } }]),
    ...unsettled.toReversed().map(({ fields, carries, at }) => ({ fields, carries, when: { at } })),
  ]
  let changed = false
  for (const { fields, carries, when } of writes) {
    for (const [field, v] of Object.entries(fields)) {
      const known = earlier[field] ?? []
      const [first, ...others] = known
      if (!isTold({ carries }, field) || (first !== undefined && first.left === when.at)) continue
      const isAgain = first !== undefined && jsonEqual(v, first.v)
      if (isAgain && jsonEqual(v, now[field])) {
        if (when.ack === undefined) continue
        earlier[field] = [{ ...first, again: { ...when, ack: when.ack } }, ...others]
        changed = true
        continue
      }
      earlier[field] = [{ v, ...when }, ...(isAgain ? others : known)].slice(0, EARLIER_MAX)
      changed = true
    }
  }
  for (const [field, [first, ...others]] of Object.entries(earlier)) {
    if (first === undefined) continue
    const { left, stood: _, ...said } = first
    const stands = jsonEqual(first.v, now[field])
    const leaves = !stands ? undefined : write === undefined ? left : isTold(write, field) ? undefined : write.at
    if (leaves === left) continue
    const until = left === undefined ? {} : { stood: left }
    earlier[field] = [{ ...said, ...(leaves === undefined ? until : { left: leaves }) }, ...others]
    changed = true
  }
  return changed ? earlier : undefined
}
