import { ENTITIES } from '#model/entities.ts'
import { SCHEMAS } from '#model/fields.gen.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { Finding, Findings } from './flow/finding.ts'
import { type Flow, isAnything, isOnly, itemsOf, kindsText, type Members, without } from './flow/flow.ts'
import { closest } from './flow/member.ts'
import { resolve, typesOf } from './flow/source.ts'

const canonical: JsonObject = SCHEMAS

/** The name of an entity's schema among the canonical ones. */
export const entitySchema = (entity: string): Json => ({
  $ref: `#/$defs/${entity.charAt(0).toUpperCase()}${entity.slice(1)}`,
  $defs: canonical['$defs'] ?? {},
})

/** Members that place a record, beside its fields. */
const placing = new Set(['@id', '@object', '@at', '@externalId'])

/** Checks what an inbound mapping gives against the canonical model. */
export function checkInbound(result: Flow, findings: Findings): void {
  const members = result.members
  if (members === undefined || isAnything(result)) return
  for (const name of members.names) {
    const flow = members.get(name)
    if (flow === undefined) continue
    if (ENTITIES.some(entity => entity === name)) checkRecord(flow, name, findings)
    else {
      const near = closest(name, ENTITIES)
      const about = { level: 'error', target: name, ...positionOf(members, name) } as const
      if (near === undefined) findings.add('entity_unknown', { name }, about)
      else findings.add('entity_misspelt', { name, near }, about)
    }
  }
}

function checkRecord(flow: Flow, entity: string, findings: Findings): void {
  const record = itemsOf(flow)
  if (record === undefined || isAnything(record)) return
  const schema = resolve(entitySchema(entity) as JsonObject, canonical)
  checkMembers(record, schema, entity, findings, placing)
}

/** Told of every member that never has a value: of a vendor's record nothing else is known. */
export function checkOutbound(result: Flow, findings: Findings): void {
  for (const name of result.members?.names ?? []) {
    const flow = result.members?.get(name)
    if (flow !== undefined && result.members !== undefined)
      checkNotEmpty(flow, name, findings, positionOf(result.members, name))
  }
}

function checkMembers(
  flow: Flow,
  schema: JsonObject,
  path: string,
  findings: Findings,
  beside: ReadonlySet<string> = new Set(),
): void {
  const { members } = flow
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  if (members === undefined) return
  for (const name of members.names) {
    const member = members.get(name)
    if (member === undefined || beside.has(name)) continue
    const place = positionOf(members, name)
    const target = `${path}.${name}`
    if (Object.hasOwn(properties, name)) checkValue(member, properties[name], target, findings, place)
    else if (schema['additionalProperties'] === false) {
      const near = closest(name, Object.keys(properties))
      const about = { level: 'error', target, ...place } as const
      if (near === undefined) findings.add('target_unknown', { name, path }, about)
      else findings.add('target_misspelt', { name, path, near }, about)
    }
  }
  checkRequired(members, schema, path, findings)
}

function checkRequired(members: Members, schema: JsonObject, path: string, findings: Findings): void {
  if (members.isOpen || !Array.isArray(schema['required'])) return
  for (const name of schema['required']) {
    if (typeof name !== 'string') continue
    const member = members.get(name)
    if (member !== undefined && !isOnly(member, 'nothing')) continue
    const place = positionOf(members, members.names[0] ?? '')
    findings.add('target_missing', { path, name }, { level: 'error', target: `${path}.${name}`, ...place })
  }
}

type At = Pick<Finding, 'position'>

function positionOf(members: Members, name: string): At {
  const position = members.places?.get(name)
  return position === undefined ? {} : { position }
}

function checkNotEmpty(flow: Flow, target: string, findings: Findings, place: At): boolean {
  if (!isOnly(without(flow, 'nothing'), 'null') && !isOnly(flow, 'nothing')) return true
  const isOfSource = flow.reads.size > 0 || flow.decidedBy.size > 0
  if (isOfSource && findings.sourceLevel === 'warning') return false
  const reason = flow.kinds.has('null') ? 'target_null' : 'target_empty'
  findings.add(reason, { target }, { level: 'warning', target, ...place })
  return false
}

function checkValue(flow: Flow, schema: Json | undefined, target: string, findings: Findings, place: At): void {
  if (isAnything(flow) || !isJsonObject(schema) || !checkNotEmpty(flow, target, findings, place)) return
  const found = resolve(schema, canonical)
  const one = Array.isArray(found['oneOf']) ? objectOf(found['oneOf']) : found
  const types = typesOf(one)
  if (types === undefined) return
  const given = without(flow, 'nothing', 'null')
  const wrong = without(given, ...types)
  const expected = new Set(types.filter(type => type !== 'null'))
  if (wrong.kinds.size > 0) {
    const isAll = wrong.kinds.size === given.kinds.size
    // What a vendor sends in two kinds is converted on the way or not at all: only lists come and go by themselves.
    if (isAll || types.includes('list') || wrong.kinds.has('list')) {
      const reason = isAll ? 'kind_wrong' : types.includes('list') ? 'kind_may_be_no_list' : 'kind_may_be_wrong'
      const level = !isAll ? 'warning' : flow.reads.size > 0 ? findings.sourceLevel : 'error'
      findings.add(reason, { target, expected, given: wrong.kinds }, { level, target, ...place })
      return
    }
  }
  checkWords(flow, one, target, findings, place)
  if (types.includes('object')) checkMembers(flow, one, target, findings)
  if (types.includes('list') && flow.item !== undefined) checkValue(flow.item, one['items'], target, findings, place)
}

function checkWords(flow: Flow, schema: JsonObject, target: string, findings: Findings, place: At): void {
  const words = schema['enum']
  if (!Array.isArray(words) || flow.values === undefined) return
  const strange = flow.values.filter(value => value !== null && !words.includes(value))
  if (strange.length === 0) return
  const shown = (list: readonly Json[]): string => list.map(one => JSON.stringify(one)).join(', ')
  const expected = shown(words.filter(word => word !== null))
  findings.add('word_wrong', { target, given: shown(strange), expected }, { level: 'error', target, ...place })
}

/** What fits one of several objects: a member of any of them. */
function objectOf(choices: readonly Json[]): JsonObject {
  const objects = choices.flatMap(choice => (isJsonObject(choice) && choice['type'] === 'object' ? [choice] : []))
  const properties = objects.flatMap(({ properties: own }) => (isJsonObject(own) ? [own] : []))
  return {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.assign({}, ...properties) as JsonObject,
  }
}

/** The fields that an inbound mapping may give below these keys, with what they hold: `['person', 'address']`. */
export function targetFields(keys: readonly string[]): readonly { readonly name: string; readonly shape: string }[] {
  const [entity, ...path] = keys
  if (entity === undefined) return ENTITIES.map(name => ({ name, shape: 'entity' }))
  if (!ENTITIES.some(name => name === entity)) return []
  let schema = resolve(entitySchema(entity) as JsonObject, canonical)
  for (const key of path) {
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
    const next = properties[key]
    if (!isJsonObject(next)) return []
    const found = resolve(next, canonical)
    schema = isJsonObject(found['items']) ? resolve(found['items'], canonical) : found
  }
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  return Object.entries(properties).map(([name, property]) => ({ name, shape: shapeOf(property) }))
}

function shapeOf(property: Json): string {
  const found = isJsonObject(property) ? resolve(property, canonical) : {}
  if (Array.isArray(found['enum']))
    return found['enum'].flatMap(word => (typeof word === 'string' ? [word] : [])).join(', ')
  const types = typesOf(found)
  return types === undefined ? '' : kindsText({ kinds: new Set(types.filter(type => type !== 'null')) })
}
