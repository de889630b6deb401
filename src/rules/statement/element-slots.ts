import type { FieldModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import type { Slot } from './slot-report.ts'
import { type Elements, elementsOf, isByElement, valueOf } from '../survivorship/elements.ts'
import type { ElementStatement, Said, SourceField } from './source-field.ts'

/** The slots of a union, object or consent field by the key of the element, also of elements that are gone. */
export type Slots = Map<string, Slot>

export function slotsOf(model: Pick<FieldModel, 'elementKey'>, field: SourceField | undefined): Slots {
  const slots: Slots = new Map()
  if (field === undefined) return slots
  const elements = elementsOf(model, field.v)
  const own = field.u === undefined ? {} : field.u
  const { t, e, a } = field
  for (const [key, v] of elements) {
    if (!Object.hasOwn(own, key)) slots.set(key, slotOf({ t, e, ...(a === false ? { a } : {}) }, v))
  }
  for (const [key, statement] of Object.entries(own)) slots.set(key, slotOf(statement, elements.get(key)))
  return slots
}

function slotOf({ a, x, o, k, ...times }: ElementStatement, value: Json | undefined): Slot {
  const said: Said = x === true || value === undefined ? times : { v: value, ...times }
  if (a === false) return { said: undefined, seen: said, k }
  return { said, seen: o ?? said, k }
}

/** Packs a field: only elements whose statement is not the field's own are written out. */
export function packSlots(
  model: Pick<FieldModel, 'kind'>,
  slots: Slots,
  base: { t: number; e: string; s?: number },
): SourceField {
  const elements: Elements = new Map()
  const own: [string, ElementStatement][] = []
  for (const [key, slot] of slots) {
    const held = slot.said ?? slot.seen
    if (held.v !== undefined) elements.set(key, held.v)
    const statement = statementOf(slot)
    if (!isBase(statement, base)) own.push([key, statement])
  }
  const { t, e, s } = base
  return {
    v: valueOf(model, elements),
    t,
    e,
    ...(s === undefined ? {} : { s }),
    ...(own.length === 0 ? {} : { u: Object.fromEntries(own) }),
  }
}

function statementOf({ said, seen, k }: Slot): ElementStatement {
  const { v, ...times } = said ?? seen
  return {
    ...times,
    ...(said === undefined ? { a: false } : {}),
    ...(v === undefined ? { x: true } : {}),
    ...(said === undefined || said === seen ? {} : { o: seen }),
    ...(k === undefined ? {} : { k }),
  }
}

function isBase(statement: ElementStatement, { t, e }: { t: number; e: string }): boolean {
  return statement.t === t && statement.e === e && Object.keys(statement).length === 2
}

/** What the system itself says of a field, echoes left out; undefined when it asserts nothing. Times are its newest statement's. */
export function assertedOf(model: FieldModel, field: SourceField): { v: Json; t: number; e: string } | undefined {
  if (!isByElement(model)) return field.a === false ? undefined : field
  if (field.a !== false && field.u === undefined) return field
  return composed(model, field, slot => slot.said)
}

/** What was last seen of a field, whoever wrote it. */
export function seenValueOf(model: FieldModel, field: SourceField): Json {
  if (!isByElement(model)) return (field.o ?? field).v ?? null
  if (field.u === undefined) return field.v
  return composed(model, field, slot => slot.seen)?.v ?? valueOf(model, new Map())
}

function composed(
  model: FieldModel,
  field: SourceField,
  which: (slot: Slot) => Said | undefined,
): { v: Json; t: number; e: string } | undefined {
  const elements: Elements = new Map()
  let newest: Said | undefined
  for (const [key, slot] of slotsOf(model, field)) {
    const one = which(slot)
    if (one === undefined) continue
    if (one.v !== undefined) elements.set(key, one.v)
    if (newest === undefined || one.t > newest.t) newest = one
  }
  return newest && { v: valueOf(model, elements), t: newest.t, e: newest.e }
}
