import type { FieldModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { consentTimeMs, consentWeight, repeatsConsent, restriction } from './consent.ts'
import type { Weight } from './consent.ts'
import { baseOf, pack, unpack } from './element-statement.ts'
import { elementsOf, valueOf } from './elements.ts'
import { compareVersions, seenAtMs } from './source-field.ts'
import type { ElementStatement, FieldUpdate, SourceField, StatementContext } from './source-field.ts'

const STRENGTH: Readonly<Record<Weight, number>> = { void: 0, weak: 1, explicit: 2 }

interface Seen {
  consent: Json
  statement: ElementStatement
}

/**
 * A statement about consents, per channel and purpose. Absence and null say nothing: consent ends only by being
 * refused. Within one system as between systems the latest explicit statement stands, at equal times the more
 * restrictive; a default or an unproven grant never replaces what a person said.
 */
export function applyConsents(
  model: FieldModel,
  before: SourceField | undefined,
  value: Json,
  context: StatementContext,
): FieldUpdate {
  const { elements: now, statements } = unpack(model, before)
  const order = before === undefined ? undefined : compareVersions(context.version, before.r ?? context.previousVersion)
  const echo = context.isEcho?.(model.name, value) === true
  let touched = false
  let asserted = false

  for (const [key, consent] of elementsOf(model, value)) {
    const [known, statement] = [now.get(key), statements.get(key)]
    if (known !== undefined && statement !== undefined) {
      const seen = { consent: known, statement }
      if (repeatsConsent(known, consent)) {
        if (context.atMs > seenAtMs(statement)) statements.set(key, { ...statement, s: context.atMs })
        touched ||= context.atMs > seenAtMs(statement)
        continue
      }
      if (!replaces(consent, seen, context.atMs, order)) continue
    }
    now.set(key, consent)
    statements.set(key, { t: context.atMs, e: context.eventId, ...(echo ? { a: false } : {}) })
    touched = true
    asserted ||= !echo
  }
  if (!touched) return undefined
  return { field: pack(valueOf(model, now), statements, baseOf(before, context, asserted)), asserted }
}

function replaces(consent: Json, seen: Seen, statedAtMs: number, order: number | undefined): boolean {
  const strength = STRENGTH[consentWeight(consent)] - STRENGTH[consentWeight(seen.consent)]
  if (strength !== 0) return strength > 0
  const later = consentTimeMs(consent, statedAtMs) - consentTimeMs(seen.consent, seen.statement.t)
  const known = consentTimeMs(consent, statedAtMs) - seenLast(seen)
  if (order !== undefined && order !== 0) return order > 0
  if (later === 0) return restriction(consent) > restriction(seen.consent)
  return known >= 0
}

/** A consent with a time of its own was said then, however often it is reported; any other holds as long as it is seen. */
function seenLast({ consent, statement }: Seen): number {
  const said = consentTimeMs(consent, statement.t)
  return said < statement.t ? said : seenAtMs(statement)
}
