import { entityModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { isUnanswered, type Slot } from '#rules/statement/slot-report.ts'
import { assertedOf, seenValueOf } from '#rules/statement/element-slots.ts'
import { losesTo, someSlot, strays } from '#rules/statement/lost-edit.ts'
import { orderAgainstWrite, type Shadow } from '#rules/statement/shadow.ts'
import { type Compare, sameValue } from '#rules/comparators.ts'
import { observedAtMs, type Said } from '#rules/statement/source-field.ts'
import type { DueDelivery } from '../claim/claim.ts'
import { difference } from './document.ts'

/** What the system itself said of a remote record that our last write was decided without knowing. */
export interface OwnEdits {
  /** Golden fields overlaid by those edits that lost, and by what else is seen there in place of our last write: undefined when nothing is. */
  lost: JsonObject | undefined
  /** Golden fields as they were when we last wrote, where the system surely holds its own, winning edit: undefined when nowhere. */
  before: JsonObject | undefined
}

/**
 * Compares what was seen there since our last write with the golden record; pure. Own edits that lost are kept there where
 * the route says so; what passed for our own write is written over all the same.
 */
export function ownEdits(
  delivery: DueDelivery,
  {
    skewToleranceMs,
    compare = {},
    keepsLocal = false,
  }: { skewToleranceMs: number; compare?: Readonly<Record<string, readonly Compare[]>>; keepsLocal?: boolean },
): OwnEdits {
  const { remote, source, golden, system } = delivery
  if (remote?.sent === undefined || source === undefined) return { lost: undefined, before: undefined }
  const shadow: Shadow = { ...remote.shadow, inFlight: [], skewToleranceMs }
  const { fields: models } = entityModel(delivery.entity)
  const lost: JsonObject = {}
  const held: string[] = []
  for (const [name, field] of Object.entries(source.fields)) {
    const [model, value] = [models.get(name), golden.fields[name]]
    if (model === undefined || value === undefined) continue
    const isSince = sinceLastWrite(name, shadow)
    const version = field.r ?? source.version
    const isLater = (said: Said): boolean => isSurelyThere(said, version, shadow)
    const isSaid = someSlot({ model, field }, isSince)
    if (
      isSaid
        ? !keepsLocal && losesTo({ system, model, field, golden: value }, isSince)
        : strays({ model, field }, shadow, isLater, compare[name])
    )
      lost[name] = seenValueOf(model, field)
    // Of several elements some may be another system's: only where it shows all that is wanted there is nothing to write.
    else if (isSaid && sameValue(model, seenValueOf(model, field), value)) {
      const said = assertedOf(model, field)
      if (said !== undefined && isLater(said)) held.push(name)
    }
  }
  const before = { ...golden.fields }
  for (const name of held) {
    const sent = shadow.sent?.[name]
    if (sent === undefined) delete before[name]
    else before[name] = sent
  }
  return {
    lost: Object.keys(lost).length === 0 ? undefined : { ...golden.fields, ...lost },
    before: held.length === 0 ? undefined : before,
  }
}

/** What was said before our last write is overwritten by it, unless that left the field as it was. */
function sinceLastWrite(
  name: string,
  shadow: Pick<Shadow, 'sent' | 'sentFromMs'> | undefined,
): (slot: Slot) => boolean {
  const isLeft = shadow?.sent !== undefined && shadow.sent[name] === undefined
  return slot => isLeft || isUnanswered(slot, shadow?.sentFromMs)
}

/** What an update says nothing of, since the system keeps an own value there that lost (`losingEdits: keepLocal`). */
export interface Kept {
  /** Golden fields: what they show later is not set anew after our write. */
  names: readonly string[]
  /** Their values as they are seen there, for a vendor that takes whole documents. Not of links, nor of consents: what was refused stays so. */
  seen: JsonObject
  /** Members of the document as these values make them. */
  members: JsonObject
}

/** `documentFrom`: the outbound mapping over given fields. */
export function keptThere(
  delivery: DueDelivery,
  { document, changed }: { document: JsonObject; changed: JsonObject },
  documentFrom: (fields: JsonObject) => JsonObject | undefined,
): Kept {
  const { remote, source, golden, entity, system } = delivery
  const sent = remote?.shadow.sent
  if (sent === undefined) return { names: [], seen: {}, members: {} }
  const { fields: models } = entityModel(entity)
  const isKept = (name: string, value: Json): boolean => {
    const [model, field] = [models.get(name), source?.fields[name]]
    if (model === undefined || field === undefined) return sent[name] === undefined
    return losesTo({ system, model, field, golden: value }, sinceLastWrite(name, remote?.shadow))
  }
  const names = Object.entries(golden.fields).flatMap(([name, value]) => {
    if (!isKept(name, value)) return []
    const { [name]: _, ...others } = golden.fields
    const without = documentFrom(others)
    const isCarried = without === undefined || Object.keys(difference(document, without)).some(one => one in changed)
    return isCarried ? [] : [name]
  })
  const all = names.length === 0 ? {} : (seenFields(delivery) ?? {})
  const isGivenBack = (name: string): boolean => {
    const { kind, survivorship } = models.get(name) ?? {}
    return names.includes(name) && kind !== 'link' && survivorship !== 'consent'
  }
  const seen = Object.fromEntries(Object.entries(all).filter(([name]) => isGivenBack(name)))
  const local = names.length === 0 ? undefined : documentFrom({ ...golden.fields, ...seen })
  return { names, seen, members: local === undefined ? {} : difference(local, { ...document, ...changed }) }
}

/** No write of ours can have come after it: none was ever made, or the vendor's own version or time says so. */
function isSurelyThere(said: Pick<Said, 't' | 'e' | 'g'>, version: string | undefined, shadow: Shadow): boolean {
  if (shadow.sentAtMs === undefined) return true
  const timed = said.t !== observedAtMs(said)
  const order = orderAgainstWrite({ version, atMs: said.t, timed, isRead: false }, shadow)
  return order === 'surely_after'
}

/** The fields as they are seen in the system, whoever wrote them. */
export function seenFields(delivery: DueDelivery): JsonObject | undefined {
  if (delivery.source === undefined) return undefined
  const { fields: models } = entityModel(delivery.entity)
  const seen: JsonObject = {}
  for (const [name, field] of Object.entries(delivery.source.fields)) {
    const model = models.get(name)
    if (model !== undefined) seen[name] = seenValueOf(model, field)
  }
  return seen
}
