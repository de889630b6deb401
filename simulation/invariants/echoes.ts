import { isJsonObject } from '#model/json.ts'
import type { Violation } from '../contract.ts'
import { type EventRow, type Evidence } from './evidence.ts'
import type { Judged } from './judged.ts'

export interface EchoCounts {
  'echoes reported': number
  'echoes recognised': number
  'false echoes': number
  'could be either': number
}

/** Invariant 9: what the hub noted as echoes, against the truth. Elements of unions are judged by their golden values alone. */
export function countEchoes(
  evidence: Evidence,
  judged: ReadonlyMap<string, Judged>,
): { counts: EchoCounts; violations: Violation[] } {
  const counts: EchoCounts = { 'echoes reported': 0, 'echoes recognised': 0, 'false echoes': 0, 'could be either': 0 }
  const violations: Violation[] = []
  const rows = new Map(evidence.events.map(row => [row.id, row]))
  for (const source of judged.values()) {
    const elements = new Set(
      source.vendor.dialect.sends[source.record.entity].filter(({ kind }) => kind === 'tags').map(({ name }) => name),
    )
    for (const { event, field, is, ambiguous } of source.readings) {
      const row = rows.get(event)
      if (row === undefined || elements.has(field)) continue
      const noted = echoFields(row).includes(field)
      const told = `${field} of ${source.remoteId} in event ${event} (${row.origin})`
      if (ambiguous) counts['could be either'] += is === 'nothing' ? 0 : 1
      else if (is === 'echo') {
        counts['echoes reported'] += 1
        // What is not noted may have been seen before the shadow was asked: it is an error only if it asserts something.
        if (noted || !isAsserted(evidence, source, field, event)) counts['echoes recognised'] += 1
        else violations.push({ invariant: 9, message: `${told} was an echo and was not recognised` })
      } else if (is === 'statement' && noted) {
        counts['false echoes'] += 1
        violations.push({ invariant: 9, message: `${told} was stated there and taken for an echo` })
      }
    }
  }
  return { counts, violations }
}

/** The event stands behind what the system is held to assert of the field, as far as that is still to be seen. */
function isAsserted(
  { sources }: Evidence,
  { system, object, remoteId }: Judged,
  field: string,
  event: string,
): boolean {
  const row = sources.find(one => one.system === system && one.object === object && one.remote_id === remoteId)
  const said = row?.fields[field]
  if (!isJsonObject(said) || said['a'] === false || said['e'] !== event) return false
  // Of a consent its one element is what counts.
  const [element] = isJsonObject(said['u']) ? Object.values(said['u']) : []
  return !isJsonObject(element) || (element['a'] !== false && element['e'] === event)
}

function echoFields({ notes }: EventRow): string[] {
  const list = Array.isArray(notes) ? notes : []
  return list.flatMap(note => {
    const fields = isJsonObject(note) && note['code'] === 'echo' ? note['fields'] : []
    return Array.isArray(fields) ? fields.filter(name => typeof name === 'string') : []
  })
}
