import type { FieldModel } from '#model/fields.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { type Compare, sameInSlot, sameJson, sameValue } from '../comparators.ts'
import { isOurs, type Same, type Slot } from './slot-report.ts'
import { type Slots, slotsOf } from './element-slots.ts'
import { elementsOf, isByElement } from '../survivorship/elements.ts'
import { elementShadow, fieldShadow, type Shadow } from './shadow.ts'
import { observedAtMs, type Said, type SourceField } from './source-field.ts'
import { slotOf } from './statement.ts'

/** One field as a system has it, beside its golden value. */
export interface Held {
  system: string
  model: FieldModel
  field: SourceField
  golden: Json
}

/**
 * Whether what is seen in a system is its own statement and not what the golden record says: an edit that lost.
 * `counts` says which slots are asked.
 */
export function losesTo(held: Held, counts: (slot: Slot) => boolean): boolean {
  return isByElement(held.model) ? elementLoses(held, counts) : valueLoses(held, counts)
}

/** Whether any slot of the field is one that counts. */
export function someSlot({ model, field }: Pick<Held, 'model' | 'field'>, counts: (slot: Slot) => boolean): boolean {
  if (!isByElement(model)) return counts(slotOf(field))
  return [...slotsOf(model, field).values()].some(counts)
}

/**
 * Whether something is seen there, since our last write, that is neither the system's own statement nor what that write
 * was: an edit that passed for the echo of another write, which then never arrived. What may be the late echo of an earlier
 * write is none, unless it is surely later. `compare` is what more counts as the same there, as when the echo was judged.
 */
export function strays(
  { model, field }: Pick<Held, 'model' | 'field'>,
  shadow: Shadow,
  isSurelyLater: (seen: Said) => boolean,
  compare: readonly Compare[] = [],
): boolean {
  const { sentFromMs } = shadow
  if (sentFromMs === undefined) return false
  const isElement = isByElement(model)
  const slots = isElement ? withForgotten(model, field, shadow) : new Map([['', slotOf(field)]])
  const same: Same = model.survivorship === 'consent' ? sameStatus : sameInSlot(model, compare)
  return [...slots].some(([key, { said, seen }]) => {
    if (said === seen || observedAtMs(seen) < sentFromMs) return false
    const written = isElement ? elementShadow(shadow, model, key) : fieldShadow(shadow, model.name)
    if (written?.sent === undefined || isOurs(seen, written.sent.v, same)) return false
    return isSurelyLater(seen) || !written.earlier.some(({ v }) => isOurs(seen, v, same))
  })
}

/** Elements that we sent and that are not there have no slot where the system never said anything of them. */
function withForgotten(model: FieldModel, field: SourceField, { sent }: Shadow): Slots {
  const slots = slotsOf(model, field)
  if (model.kind !== 'list') return slots
  const { t, e, s } = field
  for (const key of elementsOf(model, sent?.[model.name] ?? null).keys())
    if (!slots.has(key)) slots.set(key, { said: undefined, seen: { t: s ?? t, e } })
  return slots
}

/** The same consent: its other members tell when and how it was given. */
function sameStatus(left: Json | undefined, right: Json | undefined): boolean {
  return left === undefined || right === undefined ? left === right : statusOf(left) === statusOf(right)
}

function valueLoses({ system, model, field, golden }: Held, counts: (slot: Slot) => boolean): boolean {
  const slot = slotOf(field)
  if (slot.said === undefined || slot.said !== slot.seen || !counts(slot)) return false
  const value = slot.said.v ?? null
  return model.kind === 'link' ? !sameLink(system, value, golden) : !sameValue(model, value, golden)
}

function elementLoses({ model, field, golden }: Held, counts: (slot: Slot) => boolean): boolean {
  const elements = elementsOf(model, golden)
  return [...slotsOf(model, field)].some(([key, slot]) => {
    if (slot.said === undefined || slot.said !== slot.seen || !counts(slot)) return false
    const element = elements.get(key)
    if (slot.said.v === undefined) return element !== undefined
    return model.survivorship === 'consent'
      ? element !== undefined && statusOf(element) !== statusOf(slot.said.v)
      : !sameJson(element, slot.said.v)
  })
}

function statusOf(consent: Json): Json | undefined {
  return isJsonObject(consent) ? consent['status'] : undefined
}

/** In a golden record a link names the system that its id belongs to; the system itself need not. */
function sameLink(system: string, value: Json, golden: Json): boolean {
  if (!isJsonObject(value) || !isJsonObject(value['$ref'])) return sameJson(value, golden)
  return sameJson({ $ref: { ...value['$ref'], system: value['$ref']['system'] ?? system } }, golden)
}
