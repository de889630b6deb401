import { isJsonObject, type JsonObject, type Json } from '#model/json.ts'
import type { components } from '../../api.gen.ts'

type Finding = components['schemas']['MatchFinding']

/** The name of a comparison's values by what they are, so that they are masked as such. */
const VALUE_NAMES: Readonly<Record<string, string>> = {
  given: 'givenName',
  family: 'familyName',
  company: 'companyName',
  birth: 'birthDate',
  mail: 'email',
  id: 'idCard',
  postcode: 'postalCode',
  house: 'streetNumber',
  trait: 'text',
}

/** The findings of a decision by weak evidence, as it was stored. */
export function findingsOf(evidence: JsonObject): Finding[] {
  const findings = Array.isArray(evidence['findings']) ? evidence['findings'] : []
  return findings.filter(isJsonObject).map(({ comparison, level, bits, left, right }) => {
    const name = text(comparison)
    return {
      comparison: name,
      level: text(level),
      bits: typeof bits === 'number' ? bits : 0,
      evidence: { [VALUE_NAMES[name] ?? name]: [left ?? null, right ?? null] },
    }
  })
}

export function bitsOf(evidence: JsonObject): number | null {
  return typeof evidence['bits'] === 'number' ? evidence['bits'] : null
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
