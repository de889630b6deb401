import { entityModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { type Compare, sameInSlot, sameValue } from '../comparators.ts'
import { markImported } from '../survivorship/consent.ts'
import { applyConsents } from './consent-statement.ts'
import { isEmptied } from './echo.ts'
import type { FieldStatement, FieldUpdate } from './field-statement.ts'
import type { Slot } from './slot-report.ts'
import { applyElements } from './element-statement.ts'
import { fieldShadow, type Shadow, type SlotShadow } from './shadow.ts'
import { isOfWriteThatLeft, type Reported, reported, updateSlot } from './slot.ts'
import { compareVersions, isOlder, seenOf } from './source-field.ts'
import type { Said, SourceField, SourceFields, StatementContext } from './source-field.ts'

export interface Applied {
  /** The same object as before when the statement told nothing at all, not even that a value still holds. */
  fields: SourceFields
  /** Fields whose assertion changed: what resolve must look at. */
  changed: string[]
  /** Fields in which what we wrote was seen: echoes and renderings. */
  echoes: string[]
  /** Fields in which the system shows again what our last write had put away; of these echoes are of a write before it. */
  reappeared: string[]
  /** The version to keep with the source record: the highest seen. */
  version?: string
}

/**
 * Takes one statement into what a system is known to say about one remote record (invariant 3):
 * an older statement never overwrites a newer one; a field's time moves only when its value differs from what we had
 * seen; absent says nothing; null says "empty" and counts only if a value was seen; an echo is seen but asserts nothing.
 * `incoming` is a valid record in canonical form; fields the model does not know are left out.
 */
export function applyStatement(
  previous: SourceFields | undefined,
  incoming: Readonly<Record<string, Json>>,
  context: StatementContext,
): Applied {
  const { fields: models } = entityModel(context.entity)
  const version = recordVersion(context)
  const shared = reported(context)
  const updates: [string, SourceField][] = []
  const [changed, echoes, reappeared]: string[][] = [[], [], []]
  let beforeMs = Infinity
  for (const name of Object.keys(incoming)) {
    const model = models.get(name)
    const value = incoming[name]
    if (model === undefined || value === undefined) continue
    const before = previous?.[name]
    const seenVersion = before === undefined ? undefined : (before.r ?? context.previousVersion)
    const compare = context.compare?.[name] ?? []
    const told = context.echoed?.has(name) === true ? { ...shared, wasEcho: true } : shared
    const after = applyField({ model, before, seenVersion, context, shared: told, compare }, value)
    if (after === undefined) continue
    if (after.asserted) changed?.push(name)
    if (after.echo) echoes?.push(name)
    if (after.reappeared) reappeared?.push(name)
    beforeMs = Math.min(beforeMs, after.beforeMs ?? Infinity)
    const field = versioned(after.field, before, context, version)
    if (field !== before) updates.push([name, field])
  }
  if (beforeMs < Infinity) forgetSeen(updates, previous, beforeMs)
  noteArrival(updates, changed ?? [], echoes ?? [], context.shadow)
  const kept = lagging(previous, updates, context, version)
  const fields = updates.length === 0 && kept !== undefined ? kept : { ...kept, ...Object.fromEntries(updates) }
  return {
    fields,
    changed: changed ?? [],
    echoes: echoes ?? [],
    reappeared: reappeared ?? [],
    ...(version === undefined ? {} : { version }),
  }
}

/**
 * A call's values arrive at once: where one in flight is seen in some fields, it had come before what is stated in others. What
 * our last write had put there already does not tell.
 */
function noteArrival(
  updates: [string, SourceField][],
  changed: readonly string[],
  echoes: readonly string[],
  shadow: Shadow | undefined,
): void {
  const arrived = shadow?.inFlight.find(({ at, fields }) =>
    updates.some(([name, { k }]) => k === at && echoes.includes(name) && !jsonEqual(fields[name], shadow.sent?.[name])),
  )
  if (arrived === undefined) return
  for (const update of updates) {
    const [name, field] = update
    if (changed.includes(name) && name in arrived.fields)
      update[1] = { ...field, k: Math.max(field.k ?? 0, arrived.at) }
  }
}

/**
 * Where only arrival tells, a report that shows what an earlier write put into one field is from before the next write: no other
 * field shows that one, though it may hold the same value.
 */
function forgetSeen(updates: [string, SourceField][], previous: SourceFields | undefined, beforeMs: number): void {
  for (const update of updates) {
    const [name, { k = 0, ...field }] = update
    if (k < beforeMs) continue
    const before = previous?.[name]?.k
    update[1] = before === undefined ? field : { ...field, k: before }
  }
}

function applyField(statement: FieldStatement, value: Json): FieldUpdate | undefined {
  const { survivorship } = statement.model
  if (survivorship === 'consent')
    return applyConsents(statement, statement.context.origin === 'import' ? markImported(value) : value)
  if (survivorship === 'union') return applyElements(statement, value)
  return applyValue(statement, value)
}

function applyValue(statement: FieldStatement, value: Json): FieldUpdate | undefined {
  const { model, before, context, shared, seenVersion, compare } = statement
  const slot = before === undefined ? undefined : slotOf(before)
  const older = slot !== undefined && isOlder(slot.seen, seenVersion, context)
  const shadow = fieldShadow(context.shadow, model.name)
  const update = updateSlot(slot, value, vouched(statement, value, shadow), {
    isOlder: older,
    seenVersion,
    saidVersion: before?.q,
    shadow,
    same: sameInSlot(model, compare),
  })
  const { judgement, reappeared, beforeMs } = update
  if (judgement === 'older' && update.slot === slot)
    return context.shadow?.sent?.[model.name] === null ? undefined : lateValue(before, value)
  if (update.slot === undefined) return undefined
  // A first null empties nothing, but is remembered, so that a late older value cannot pass for the newest.
  const isSilent = before === undefined && value === null && !isEmptied(shared, shadow)
  const after = isSilent ? { ...update.slot, said: undefined } : update.slot
  return {
    field: after === slot && before !== undefined ? before : fieldOf(after, saidVersionOf(statement, judgement)),
    asserted: !isSilent && (judgement === 'statement' || judgement === 'missed'),
    echo: judgement === 'echo' || judgement === 'rendering',
    reappeared,
    beforeMs,
  }
}

const RENDERED: readonly Compare[] = ['ignoreCase', 'ignoreSpace', 'ignorePunctuation', 'ignoreAccents']
/** Texts of this length may have been cut by the vendor. */
const CUT_CHARS_MIN = 20

/**
 * Our author mark tells of our write: not of what was read back since its event only named the record, which may be somebody's
 * edit of the next moment; nor of a field that the write left as it was. There it is ours where it resembles what we wrote;
 * what equals it is judged without the mark.
 */
function vouched(
  { model, context, shared, compare }: FieldStatement,
  value: Json,
  shadow: SlotShadow | undefined,
): Reported {
  if (shared.ours !== 'author' || shadow === undefined) return shared
  if (context.isRead !== true && !isOfWriteThatLeft(shared, shadow)) return shared
  const wrote = [...shadow.inFlight, ...(shadow.sent === undefined ? [] : [shadow.sent]), ...shadow.earlier].flatMap(
    ({ v }) => (v === undefined ? [] : [v]),
  )
  const isCut = (one: Json): boolean =>
    typeof one === 'string' && typeof value === 'string' && value.length >= CUT_CHARS_MIN && one.startsWith(value)
  const isEqual = wrote.some(one => sameValue(model, one, value, compare))
  const isAlike = wrote.some(one => sameValue(model, one, value, RENDERED) || isCut(one))
  return isAlike && !isEqual ? shared : { ...shared, ours: undefined }
}

/** The version of the assertion, to be kept while something else is seen. */
function saidVersionOf({ before, seenVersion, context }: FieldStatement, judgement: string): string | undefined {
  if (judgement === 'missed') return context.version
  return before?.o === undefined ? seenVersion : before.q
}

/** The slot of a field that is decided as a whole. */
export function slotOf(field: SourceField): Slot {
  return { said: field.a === false ? undefined : field, seen: seenOf(field), k: field.k }
}

function fieldOf({ said, seen, k }: Slot, saidVersion: string | undefined): SourceField {
  const write = k === undefined ? {} : { k }
  if (said === undefined) return { ...bare(seen), a: false, ...write }
  if (said === seen) return { ...bare(said), ...write }
  return { ...bare(said), o: bare(seen), ...write, ...(saidVersion === undefined ? {} : { q: saidVersion }) }
}

function bare({ v, t, e, s, g, w, n }: Said): Said & { v: Json } {
  const [seen, observed, wrote] = [s !== undefined && { s }, g !== undefined && { g }, w !== undefined && { w }]
  return { v: v ?? null, t, e, ...seen, ...observed, ...wrote, ...(n !== undefined && { n }) }
}

/** An older statement is no news, except that it shows that a null seen first did empty something. */
function lateValue(before: SourceField | undefined, value: Json): FieldUpdate | undefined {
  if (before === undefined || before.v !== null || before.a !== false || value === null) return undefined
  const { a: _, ...emptied } = before
  return { field: emptied, asserted: true, echo: false, reappeared: false }
}

function recordVersion({ version, previousVersion }: StatementContext): string | undefined {
  if (version === undefined || previousVersion === undefined) return version ?? previousVersion
  return highest(version, previousVersion)
}

function highest(left: string, right: string): string {
  const order = compareVersions(left, right)
  // Opaque versions cannot be ordered: the one that came last is kept.
  return order === undefined || order >= 0 ? left : right
}

/** Notes the version on a field where it is not the record's own. */
function versioned(
  field: SourceField,
  before: SourceField | undefined,
  context: StatementContext,
  record: string | undefined,
): SourceField {
  if (record === undefined) return field
  const own = context.version ?? ''
  // An older statement may still add an element to a field that a newer one stated.
  const stated = before === undefined ? own : highest(own, before.r ?? context.previousVersion ?? '')
  if (stated === record) {
    if (field.r === undefined) return field
    const { r: _, ...rest } = field
    return rest
  }
  return field.r === stated ? field : { ...field, r: stated }
}

/** Fields that a statement with a new record version does not mention keep the version that stated them. */
function lagging(
  previous: SourceFields | undefined,
  updates: readonly [string, SourceField][],
  context: StatementContext,
  version: string | undefined,
): SourceFields | undefined {
  if (previous === undefined || version === context.previousVersion) return previous
  const updated = new Set(updates.map(([name]) => name))
  const kept = Object.entries(previous).map(([name, field]): [string, SourceField] => [
    name,
    field.r !== undefined || updated.has(name) ? field : { ...field, r: context.previousVersion ?? '' },
  ])
  return Object.fromEntries(kept)
}
