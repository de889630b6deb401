import type { JsonObject } from '#model/json.ts'
import type { Provenance } from './recency.ts'

type Origin = Omit<Provenance, 'rule' | 'elements'>

/**
 * Provenance as it is stored: most fields of a golden record come from the same few statements, so each of these is
 * written once. `fields` names, per field, the number of its statement in `from`, its rule, and what its elements say.
 */
interface Packed {
  from: Origin[]
  fields: Record<string, [number, string] | [number, string, NonNullable<Provenance['elements']>]>
}

export function packProvenance(provenance: Readonly<Record<string, Provenance>>): Packed {
  const numbers = new Map<string, number>()
  const packed: Packed = { from: [], fields: {} }
  for (const [name, { rule, elements, ...origin }] of Object.entries(provenance)) {
    const text = `${origin.event}\n${origin.at}\n${origin.system}\n${origin.object}\n${origin.remoteId}`
    let number = numbers.get(text)
    if (number === undefined) {
      number = packed.from.push(origin) - 1
      numbers.set(text, number)
    }
    packed.fields[name] = elements === undefined ? [number, rule] : [number, rule, elements]
  }
  return packed
}

/** The inverse; an empty object (an erased record) has no provenance. */
export function unpackProvenance(stored: JsonObject): Record<string, Provenance> {
  const { from = [], fields = {} } = stored as Partial<Packed>
  const provenance: Record<string, Provenance> = {}
  for (const [name, [number, rule, elements]] of Object.entries(fields)) {
    const origin = from[number]
    if (origin === undefined) continue
    provenance[name] = elements === undefined ? { ...origin, rule } : { ...origin, rule, elements }
  }
  return provenance
}
