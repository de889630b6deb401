import type { Json, JsonObject } from '#model/json.ts'
import { sameInSlot } from '../comparators.ts'
import { isEmptied } from './echo.ts'
import { baseOf, type FieldStatement, type FieldUpdate, noEffect, note, updated } from './field-statement.ts'
import type { Slot } from './slot-report.ts'
import { packSlots, slotsOf, type Slots } from './element-slots.ts'
import { elementsOf } from '../survivorship/elements.ts'
import { elementShadow, fieldShadow } from './shadow.ts'
import { updateSlot } from './slot.ts'
import { compareVersions, isOlder, seenAtMs } from './source-field.ts'

/**
 * A statement about a union field. Each element added or taken away, relative to what was seen, is a statement with a
 * time of its own. An echo takes over what is there and asserts no change.
 */
export function applyElements(statement: FieldStatement, value: Json): FieldUpdate | undefined {
  return statement.model.kind === 'list' ? applyList(statement, value) : applyMembers(statement, value)
}

/** A list is stated as a whole: an element that is missing is not there, as of the list's time. */
function applyList(statement: FieldStatement, value: Json): FieldUpdate | undefined {
  const { model, before, seenVersion, context, shared } = statement
  const older = before !== undefined && isOlder(before, seenVersion, context)
  const slots = slotsOf(model, before)
  const incoming = elementsOf(model, value)
  const unseen = unseenWrites(statement, slots)
  const effect = noEffect()
  for (const key of new Set([...slots.keys(), ...incoming.keys(), ...emptied(statement)])) {
    const slot = slots.get(key) ?? (before && { said: undefined, seen: { t: seenAtMs(before), e: before.e } })
    const update = updateSlot(slot, incoming.get(key), shared, {
      isOlder: older,
      seenVersion,
      unseenWrites: unseen,
      listSeenAtMs: before && seenAtMs(before),
      shadow: elementShadow(context.shadow, model, key),
      same: sameInSlot(model, statement.compare),
    })
    const after = update.judgement === 'same' && !update.reappeared ? stillThere(slot, update.slot) : update.slot
    if (update.judgement === 'older' || (update.judgement === 'same' && after === slot)) continue
    note(effect, update)
    setOrForget(slots, key, after)
  }
  if (older && before !== undefined) {
    return effect.touched ? updated(packSlots(model, slots, before), before, effect) : undefined
  }
  if (before !== undefined && !effect.touched) {
    const field = context.atMs > seenAtMs(before) ? { ...before, s: context.atMs } : before
    return { field, asserted: false, echo: false, reappeared: false }
  }
  return updated(packSlots(model, slots, { t: context.atMs, e: context.eventId }), before, effect)
}

/** That an element still is as it was is told by the field's own time; which write of ours was seen there is not. */
function stillThere(slot: Slot | undefined, after: Slot | undefined): Slot | undefined {
  return slot === undefined || slot.k === after?.k ? slot : { ...slot, k: after?.k }
}

/** Elements that a write of ours had put there before: one that is missing was taken away, though it was never seen. */
function emptied({ model, context, shared }: FieldStatement): string[] {
  const sent = elementsOf(model, context.shadow?.sent?.[model.name] ?? null)
  return [...sent.keys()].filter(key => isEmptied(shared, elementShadow(context.shadow, model, key)))
}

/** Leases of those writes of ours whose list is not, element by element, the one that was seen there. */
function unseenWrites({ model, context: { shadow } }: FieldStatement, slots: Slots): Set<number> {
  const seen = [...slots].flatMap(([key, slot]) => (slot.seen.v === undefined ? [] : [key]))
  const isSeen = (fields: JsonObject | undefined): boolean => {
    const wrote = new Set(elementsOf(model, fields?.[model.name] ?? null).keys())
    return seen.length === wrote.size && seen.every(key => wrote.has(key))
  }
  const sent = { at: fieldShadow(shadow, model.name)?.sentFromMs ?? 0, fields: shadow?.sent }
  const writes = [...(shadow?.inFlight ?? []), sent]
  return new Set(writes.flatMap(({ at, fields }) => (isSeen(fields) ? [] : [at])))
}

/** An object is stated member by member: a missing member says nothing, a null one was emptied, each has its own order. */
function applyMembers(statement: FieldStatement, value: Json): FieldUpdate | undefined {
  const { model, before, seenVersion, context, shared } = statement
  const slots = slotsOf(model, before)
  const incoming: ReadonlyMap<string, Json> =
    value === null ? new Map([...slots.keys()].map(key => [key, null])) : elementsOf(model, value)
  const order = before === undefined ? undefined : compareVersions(context.version, seenVersion)
  const effect = noEffect()
  for (const [key, element] of incoming) {
    const slot = slots.get(key)
    const v = element ?? undefined
    const older = slot !== undefined && (order ? order < 0 : context.atMs < seenAtMs(slot.seen))
    const shadow = elementShadow(context.shadow, model, key)
    const update = updateSlot(slot, v, shared, {
      isOlder: older,
      seenVersion,
      shadow,
      same: sameInSlot(model, statement.compare),
    })
    if (update.slot === undefined || update.slot === slot) continue
    // A first null empties nothing, but is remembered, so that a late older value cannot pass for the newest.
    const isSilent = slot === undefined && v === undefined && !isEmptied(shared, shadow)
    slots.set(key, isSilent ? { ...update.slot, said: undefined } : update.slot)
    note(effect, isSilent ? { ...update, judgement: 'same' } : update)
  }
  if (!effect.touched) return undefined
  return updated(packSlots(model, slots, baseOf(statement, effect.asserted)), before, effect)
}

/** An element that is not there, and of which nobody ever said anything, needs no slot. */
function setOrForget(slots: Slots, key: string, slot: Slot | undefined): void {
  if (slot === undefined || (slot.said === undefined && slot.seen.v === undefined)) slots.delete(key)
  else slots.set(key, slot)
}
