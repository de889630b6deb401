import { listAt, textAt, textsAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import type { SandboxRecord } from './records.ts'

/** HubSpot refuses to page beyond this many hits. */
export const HITS_MAX = 10_000

/** The records that a search body asks for, in its order. Groups are alternatives, filters of one group must all hold. */
export function searched(records: readonly SandboxRecord[], body: Json): SandboxRecord[] {
  const groups = listAt(body, 'filterGroups').map(group => listAt(group, 'filters'))
  const found = records.filter(
    record => groups.length === 0 || groups.some(group => group.every(one => holds(record, one))),
  )
  const sort = listAt(body, 'sorts')[0]
  const property = textAt(sort, 'propertyName')
  if (property === undefined) return found
  const direction = textAt(sort, 'direction') === 'DESCENDING' ? -1 : 1
  return found.sort((a, b) => direction * (numberOf(a.properties[property]) - numberOf(b.properties[property])))
}

function holds({ properties }: SandboxRecord, filter: Json): boolean {
  const name = textAt(filter, 'propertyName') ?? ''
  const held = properties[name] ?? ''
  const value = textAt(filter, 'value') ?? ''
  switch (textAt(filter, 'operator')) {
    case 'EQ':
      return isNumeric(value) ? numberOf(held) === Number(value) : held.toLowerCase() === value.toLowerCase()
    case 'GTE':
      return held !== '' && numberOf(held) >= Number(value)
    case 'LTE':
      return held !== '' && numberOf(held) <= Number(value)
    case 'GT':
      return held !== '' && numberOf(held) > Number(value)
    case 'IN':
      return textsAt(filter, 'values').some(value => value.toLowerCase() === held.toLowerCase())
    default:
      return false
  }
}

function isNumeric(text: string): boolean {
  return /^\d+$/.test(text)
}

/** Numbers and times compare as numbers. */
function numberOf(value = ''): number {
  return isNumeric(value) ? Number(value) : Date.parse(value)
}
