import type { Json } from '#model/json.ts'
import { consentTimeMs, consentWeight, repeatsConsent, restriction } from '../survivorship/consent.ts'
import type { Weight } from '../survivorship/consent.ts'
import type { Slot } from './slot-report.ts'
import { packSlots, slotsOf } from './element-slots.ts'
import { baseOf, type FieldStatement, type FieldUpdate, noEffect, note, updated } from './field-statement.ts'
import { elementsOf } from '../survivorship/elements.ts'
import { elementShadow } from './shadow.ts'
import { updateSlot } from './slot.ts'
import { compareVersions, type Said, seenAtMs } from './source-field.ts'

const STRENGTH: Readonly<Record<Weight, number>> = { void: 0, weak: 1, explicit: 2 }

/**
 * A statement about consents, per channel and purpose. Absence and null say nothing: consent ends only by being
 * refused. Within one system as between systems the latest explicit statement stands, at equal times the more
 * restrictive; a default or an unproven grant never replaces what a person said. No difference is taken for a rendering:
 * a vendor that answers a grant with a refusal refuses.
 */
export function applyConsents(statement: FieldStatement, value: Json): FieldUpdate | undefined {
  const { model, before, seenVersion, context } = statement
  const shared = { ...statement.shared, ours: undefined }
  const slots = slotsOf(model, before)
  const order = before === undefined ? undefined : compareVersions(context.version, seenVersion)
  const effect = noEffect()
  for (const [key, consent] of elementsOf(model, value)) {
    const slot = slots.get(key)
    const update = updateSlot(slot, consent, shared, {
      isOlder: slot !== undefined && isOld(consent, slot, context.atMs, order),
      seenVersion,
      shadow: elementShadow(context.shadow, model, key),
      same: (known, reported) =>
        known === undefined || reported === undefined ? known === reported : repeatsConsent(known, reported),
    })
    if (update.slot === undefined || update.slot === slot) continue
    const { judgement } = update
    if (slot?.said !== undefined) {
      if (judgement === 'statement' && !replaces(consent, slot.said, context.atMs, order)) continue
      // What our write hid is newer than what was said, not than what was seen.
      if (judgement === 'missed' && !replaces(consent, unseen(slot.said), context.atMs, undefined)) continue
    }
    slots.set(key, update.slot)
    note(effect, update)
  }
  if (!effect.touched) return undefined
  return updated(packSlots(model, slots, baseOf(statement, effect.asserted)), before, effect)
}

/** Older than what was seen; what only repeats it is never too old to count as seen again. */
function isOld(consent: Json, { said, seen }: Slot, atMs: number, order: number | undefined): boolean {
  if (seen.v === undefined || repeatsConsent(seen.v, consent)) return false
  if (said === seen) return !replaces(consent, seen, atMs, order)
  return order !== undefined && order !== 0 ? order < 0 : consentTimeMs(consent, atMs) < seenLast(seen)
}

function replaces(consent: Json, known: Said, statedAtMs: number, order: number | undefined): boolean {
  if (known.v === undefined) return true
  const strength = STRENGTH[consentWeight(consent)] - STRENGTH[consentWeight(known.v)]
  if (strength !== 0) return strength > 0
  const statedMs = consentTimeMs(consent, statedAtMs)
  if (order !== undefined && order !== 0) return order > 0
  if (statedMs === consentTimeMs(known.v, known.t)) return restriction(consent) > restriction(known.v)
  return statedMs >= seenLast(known)
}

function unseen(known: Said): Said {
  const { s: _, ...said } = known
  return said
}

/** A consent with a time of its own was said then, however often it is reported; any other holds as long as it is seen. */
function seenLast(known: Said): number {
  const said = consentTimeMs(known.v ?? null, known.t)
  return said < known.t ? said : seenAtMs(known)
}
