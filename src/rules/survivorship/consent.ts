import type { components } from '#model/canonical.gen.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'

export type ConsentStatus = components['schemas']['Consent']['status']

/**
 * What a statement of consent is worth:
 * - `explicit`: the person said so; the latest wins;
 * - `weak`: a default or a question not yet answered; counts only where nothing explicit is known;
 * - `void`: a grant that nobody gave (a default, an import without evidence, a bare flag): it says nothing.
 */
export type Weight = 'explicit' | 'weak' | 'void'

const RESTRICTION: Readonly<Record<ConsentStatus, number>> = { granted: 0, pending: 1, denied: 2 }

/** Weighs a statement. A refusal needs no proof, a grant does, or an origin that says the person spoke. */
export function consentWeight(consent: Json): Weight {
  if (!isJsonObject(consent)) return 'void'
  switch (consent.status) {
    case 'denied':
      return consent.origin === 'default' ? 'weak' : 'explicit'
    case 'pending':
      return 'weak'
    case 'granted':
      if (consent.origin === 'default') return 'void'
      return consent.origin === 'explicit' || hasEvidence(consent) ? 'explicit' : 'void'
    default:
      return 'void'
  }
}

/** How much the status forbids; at equal times the more restrictive wins. */
export function restriction(consent: Json): number {
  const status = isJsonObject(consent) ? consent.status : undefined
  return status === 'granted' || status === 'pending' || status === 'denied' ? RESTRICTION[status] : 0
}

/** When it was said (ms): its own time, but never after the statement that reports it. */
export function consentTimeMs(consent: Json, statedAtMs: number): number {
  if (!isJsonObject(consent) || typeof consent.at !== 'string') return statedAtMs
  const at = Date.parse(consent.at)
  return Number.isNaN(at) ? statedAtMs : Math.min(at, statedAtMs)
}

/** True when a later report adds nothing: every member it has is already known. */
export function repeatsConsent(known: Json, reported: Json): boolean {
  if (!isJsonObject(known) || !isJsonObject(reported)) return false
  return Object.entries(reported).every(([name, value]) => value === null || sameMember(known[name], value))
}

/** An imported consent that does not say where it comes from is marked, so that it cannot grant without evidence. */
export function markImported(consents: Json): Json {
  if (!Array.isArray(consents)) return consents
  return consents.map(item => (isJsonObject(item) && item.origin === undefined ? { ...item, origin: 'import' } : item))
}

function hasEvidence(consent: JsonObject): boolean {
  return isJsonObject(consent.evidence) && Object.values(consent.evidence).some(value => value !== null && value !== '')
}

function sameMember(known: Json | undefined, reported: Json): boolean {
  if (known === reported) return true
  if (!isJsonObject(known) || !isJsonObject(reported)) return false
  return Object.entries(reported).every(([name, value]) => value === null || known[name] === value)
}
