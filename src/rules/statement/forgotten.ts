import type { FieldModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { sameJson } from '../comparators.ts'
import { elementsOf, isByElement } from '../survivorship/elements.ts'
import { packSlots, slotsOf } from './element-slots.ts'
import { isOurs, type Slot } from './slot-report.ts'
import type { SourceField } from './source-field.ts'
import { slotOf } from './statement.ts'

/**
 * A field as if nothing of ours had been seen there but what we sent last (undefined: nothing): the system's own statements
 * stay. Undefined when nothing is left.
 */
export function withoutOurs(model: FieldModel, field: SourceField, sent: Json | undefined): SourceField | undefined {
  if (!isByElement(model)) return isKept(slotOf(field), sent) ? field : asserted(field)
  const elements = elementsOf(model, sent ?? null)
  const slots = slotsOf(model, field)
  for (const [key, slot] of slots) {
    if (isKept(slot, elements.get(key))) continue
    if (slot.said === undefined) slots.delete(key)
    else slots.set(key, { ...slot, seen: slot.said })
  }
  if (slots.size === 0) return undefined
  return { ...packSlots(model, slots, field), ...(field.r === undefined ? {} : { r: field.r }) }
}

function isKept({ said, seen }: Slot, sent: Json | undefined): boolean {
  return said === seen || isOurs(seen, sent, sameJson)
}

/** What the system said is the last that was seen, in the version in which it said so. */
function asserted(field: SourceField): SourceField | undefined {
  if (field.a === false) return undefined
  const { o: _, q, ...said } = field
  return q === undefined ? said : { ...said, r: q }
}
