import { readFileSync } from 'node:fs'
import { parseCases } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'

const ROOT = new URL('../../mappings/', import.meta.url)
const NOW_MS = Date.parse('2026-11-21T10:00:00Z')

export interface RoundTrip {
  name: string
  /** What the vendor's record says, by the inbound mapping. */
  said: JsonObject
  /** The same, when what the outbound mapping makes of it was written to that record. */
  saidAgain: JsonObject
  /** What the written document says alone. */
  written: JsonObject
}

/**
 * Each inbound case of an object there and back: vendor's record, canonical record, document written to the vendor's record,
 * canonical record again. `written` makes a record of the vendor's of an older one and a document.
 */
export function roundTrips(
  folder: string,
  object: string,
  write: (record: JsonObject, document: JsonObject) => JsonObject = (record, document) => ({ ...record, ...document }),
): RoundTrip[] {
  const read = (file: string): string => readFileSync(new URL(`${folder}/${object}.${file}`, ROOT), 'utf8')
  const inbound = compileMapping(`${folder}/${object}.in`, read('in.jsonata'))
  const outbound = compileMapping(`${folder}/${object}.out`, read('out.jsonata'))
  const file: unknown = JSON.parse(read('cases.json'))
  const parsed = parseCases(JSON.stringify(isJsonObject(file) ? file['in'] : undefined))
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  const canonical = (record: JsonObject): JsonObject => {
    const result = inbound.run(record, { nowMs: NOW_MS, variables: { defaultCountry: 'CN' } })
    if (!result.ok || !isJsonObject(result.value)) throw new Error(`${object}.in: ${JSON.stringify(result)}`)
    const [fields] = Object.values(result.value)
    if (!isJsonObject(fields)) throw new Error(`${object}.in gives no record`)
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('@')))
  }
  return parsed.cases.flatMap(({ name, input }): RoundTrip[] => {
    if (!isJsonObject(input)) return []
    const said = canonical(input)
    const made = outbound.run(said, { nowMs: NOW_MS, variables: { id: 'g', remoteId: 'r', links: linksOf(said) } })
    if (!made.ok) throw new Error(`${object}.out: ${JSON.stringify(made)}`)
    if (!isJsonObject(made.value)) return []
    return [{ name, said, saidAgain: canonical(write(input, made.value)), written: canonical(write({}, made.value)) }]
  })
}

/** Links as the hub resolves them where the other record is in the same system. */
function linksOf(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) => {
      const reference = isJsonObject(value) && isJsonObject(value['$ref']) ? value['$ref'] : undefined
      const remoteId = reference?.['id']
      return remoteId === undefined ? [] : [[field, { id: `g-${field}`, remoteId, fields: {} }]]
    }),
  )
}
