import type { FieldModel } from '#model/fields.ts'
import { sameJson } from './comparators.ts'
import { elementsOf, valueOf } from './elements.ts'
import type { Elements } from './elements.ts'
import type { Json } from '#model/json.ts'
import { compareVersions, isOlder, seenAtMs } from './source-field.ts'
import type { ElementStatement, FieldUpdate, SourceField, StatementContext } from './source-field.ts'

/** A union or consent field unpacked: its elements, and the statement behind each, also of those taken away. */
export interface Unpacked {
  elements: Elements
  statements: Map<string, ElementStatement>
}

/**
 * A statement about a union field. Each element added or taken away, relative to what was seen, is a statement with a
 * time of its own. An echo takes over what is there and asserts no change.
 */
export function applyElements(
  model: FieldModel,
  before: SourceField | undefined,
  value: Json,
  context: StatementContext,
): FieldUpdate {
  return model.kind === 'list' ? applyList(model, before, value, context) : applyMembers(model, before, value, context)
}

/** A list is stated as a whole: an element that is missing was taken away, and an older list says nothing. */
function applyList(
  model: FieldModel,
  before: SourceField | undefined,
  value: Json,
  context: StatementContext,
): FieldUpdate {
  if (before !== undefined && isOlder(before, context)) return undefined
  const { elements: seen, statements } = unpack(model, before)
  const incoming = elementsOf(model, value)
  const fresh = freshStatement(model, value, context)
  let differs = before === undefined
  for (const [key, element] of incoming) {
    const old = seen.get(key)
    if (old !== undefined && sameJson(old, element)) continue
    statements.set(key, fresh)
    differs = true
  }
  for (const key of seen.keys()) {
    if (incoming.has(key)) continue
    withdraw(statements, key, fresh)
    differs = true
  }
  if (before !== undefined && !differs) {
    return { field: context.atMs > seenAtMs(before) ? { ...before, s: context.atMs } : before, asserted: false }
  }
  const asserted = fresh.a !== false && (before !== undefined || incoming.size > 0)
  return { field: pack(valueOf(model, incoming), statements, { t: context.atMs, e: context.eventId }), asserted }
}

/** An object is stated member by member: a missing member says nothing, a null one was emptied, each has its own order. */
function applyMembers(
  model: FieldModel,
  before: SourceField | undefined,
  value: Json,
  context: StatementContext,
): FieldUpdate {
  const { elements, statements } = unpack(model, before)
  const incoming =
    value === null ? new Map([...elements.keys()].map((key): [string, Json] => [key, null])) : elementsOf(model, value)
  const order = before === undefined ? undefined : compareVersions(context.version, before.r ?? context.previousVersion)
  const fresh = freshStatement(model, value, context)
  let [touched, asserted] = [false, false]
  for (const [key, element] of incoming) {
    const [old, statement] = [elements.get(key), statements.get(key)]
    if (statement !== undefined && (order ? order < 0 : context.atMs < seenAtMs(statement))) continue
    if (sameJson(old, element)) {
      if (statement !== undefined && context.atMs <= seenAtMs(statement)) continue
      // A first null empties nothing, but is remembered, so that a late older value cannot pass for the newest.
      statements.set(key, statement ? { ...statement, s: context.atMs } : { ...fresh, x: true, a: false })
    } else if (element === null) {
      elements.delete(key)
      withdraw(statements, key, fresh)
      asserted ||= fresh.a !== false
    } else {
      elements.set(key, element)
      statements.set(key, fresh)
      asserted ||= fresh.a !== false
    }
    touched = true
  }
  if (!touched) return undefined
  return { field: pack(valueOf(model, elements), statements, baseOf(before, context, asserted)), asserted }
}

function freshStatement(model: FieldModel, value: Json, context: StatementContext): ElementStatement {
  const echo = context.isEcho?.(model.name, value) === true
  return { t: context.atMs, e: context.eventId, ...(echo ? { a: false } : {}) }
}

/** Taking away what was there is a statement; seeing that our own write took it away is none. */
function withdraw(statements: Map<string, ElementStatement>, key: string, fresh: ElementStatement): void {
  if (fresh.a === false) statements.delete(key)
  else statements.set(key, { ...fresh, x: true })
}

/** The time and event of the field as a whole: those of its newest statement. */
export function baseOf(
  before: SourceField | undefined,
  context: StatementContext,
  asserted: boolean,
): { t: number; e: string } {
  const moves = before === undefined || (asserted && context.atMs >= before.t)
  return moves ? { t: context.atMs, e: context.eventId } : { t: before.t, e: before.e }
}

export function unpack(model: Pick<FieldModel, 'elementKey'>, field: SourceField | undefined): Unpacked {
  const statements = new Map<string, ElementStatement>()
  if (field === undefined) return { elements: new Map(), statements }
  const elements = new Map(elementsOf(model, field.v))
  const common: ElementStatement = { t: field.t, e: field.e, ...(field.a === false ? { a: false } : {}) }
  for (const key of elements.keys()) statements.set(key, common)
  if (field.u !== undefined) for (const [key, statement] of Object.entries(field.u)) statements.set(key, statement)
  return { elements, statements }
}

/** Packs a field: only elements whose statement is not the field's own are written out. */
export function pack(
  v: Json,
  statements: ReadonlyMap<string, ElementStatement>,
  { t, e }: { t: number; e: string },
): SourceField {
  const own = [...statements].filter(([, one]) => one.t !== t || one.e !== e || one.a === false || one.x || one.s)
  return { v, t, e, ...(own.length === 0 ? {} : { u: Object.fromEntries(own) }) }
}
