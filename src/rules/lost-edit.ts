import type { FieldModel } from '#model/fields.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { sameJson, sameValue } from './comparators.ts'
import type { Slot } from './echo.ts'
import { slotsOf } from './element-slots.ts'
import { elementsOf } from './elements.ts'
import type { SourceField } from './source-field.ts'
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
  return held.model.survivorship === 'union' || held.model.survivorship === 'consent'
    ? elementLoses(held, counts)
    : valueLoses(held, counts)
}

/** Whether any slot of the field is one that counts. */
export function someSlot({ model, field }: Pick<Held, 'model' | 'field'>, counts: (slot: Slot) => boolean): boolean {
  if (model.survivorship !== 'union' && model.survivorship !== 'consent') return counts(slotOf(field))
  return [...slotsOf(model, field).values()].some(counts)
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
