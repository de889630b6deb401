import { entityModel } from '#model/fields.ts'
import type { FieldModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { sameValue } from './comparators.ts'
import { markImported } from './consent.ts'
import { applyConsents } from './consent-statement.ts'
import { applyElements } from './element-statement.ts'
import { compareVersions, isOlder, seenAtMs } from './source-field.ts'
import type { FieldUpdate, SourceField, SourceFields, StatementContext } from './source-field.ts'

export interface Applied {
  /** The same object as before when the statement told nothing at all, not even that a value still holds. */
  fields: SourceFields
  /** Fields whose assertion changed: what resolve must look at. */
  changed: string[]
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
  const updates: [string, SourceField][] = []
  const changed: string[] = []
  for (const name of Object.keys(incoming)) {
    const model = models.get(name)
    const value = incoming[name]
    if (model === undefined || value === undefined) continue
    const before = previous?.[name]
    const after = applyField(model, before, value, context)
    if (after === undefined) continue
    if (after.asserted) changed.push(name)
    const field = versioned(after.field, before, context, version)
    if (field !== before) updates.push([name, field])
  }
  const kept = lagging(previous, updates, context, version)
  const fields = updates.length === 0 && kept !== undefined ? kept : { ...kept, ...Object.fromEntries(updates) }
  return { fields, changed, ...(version === undefined ? {} : { version }) }
}

function applyField(
  model: FieldModel,
  before: SourceField | undefined,
  value: Json,
  context: StatementContext,
): FieldUpdate {
  if (model.survivorship === 'consent') {
    return applyConsents(model, before, context.origin === 'import' ? markImported(value) : value, context)
  }
  if (model.survivorship === 'union') return applyElements(model, before, value, context)
  return applyValue(model, before, value, context)
}

function applyValue(
  model: FieldModel,
  before: SourceField | undefined,
  value: Json,
  context: StatementContext,
): FieldUpdate {
  if (before !== undefined && isOlder(before, context)) return lateValue(before, value)
  if (before !== undefined && sameValue(model, before.v, value)) {
    return { field: seenAgain(before, context.atMs), asserted: false }
  }
  // A first null empties nothing, but is remembered, so that a late older value cannot pass for the newest.
  const silent = (before === undefined && value === null) || context.isEcho?.(model.name, value) === true
  const field = { v: value, t: context.atMs, e: context.eventId, ...(silent ? { a: false } : {}) }
  return { field, asserted: !silent }
}

/** An older statement is no news, except that it shows that a null seen first did empty something. */
function lateValue(before: SourceField, value: Json): FieldUpdate {
  if (before.v !== null || before.a !== false || value === null) return undefined
  const { a: _, ...emptied } = before
  return { field: emptied, asserted: true }
}

/** The value still holds: only the time it was last seen moves. */
export function seenAgain(before: SourceField, atMs: number): SourceField {
  return atMs > seenAtMs(before) ? { ...before, s: atMs } : before
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
