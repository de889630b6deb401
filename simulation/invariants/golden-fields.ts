import { isJsonObject, type Json } from '#model/json.ts'
import type { Violation } from '../contract.ts'
import { goldenSlot } from '../model/golden.ts'
import { type Held, stewardship } from '../model/stewardship.ts'
import { type Field, fieldsOf, sameCanonical } from '../world/field.ts'
import { linkTarget } from './convergence.ts'
import type { Evidence, GoldenRow } from './evidence.ts'
import { goldenSlotValue, type Judged, remoteText } from './judged.ts'

/** Invariants 3 and 9: every golden field is what the model says: no lost edit, no echo that asserts, nothing older over newer. */
export function checkGoldenFields(evidence: Evidence, judged: ReadonlyMap<string, Judged>): Violation[] {
  const members = membersOf(evidence, judged)
  const heldBy = stewardship(evidence.stewardActs, evidence.merges)
  return evidence.goldens
    .filter(golden => golden.state === 'active')
    .flatMap(golden =>
      fieldsOf(golden.entity, evidence.features).flatMap(field =>
        heldBy(golden.id).has(field.name)
          ? checkByHand(golden, field, heldBy(golden.id).get(field.name))
          : checkField(evidence, golden, field, members.get(golden.id) ?? []),
      ),
    )
}

/** Living source records by golden record, as the hub linked them. */
export function membersOf(evidence: Evidence, judged: ReadonlyMap<string, Judged>): Map<string, Judged[]> {
  const members = new Map<string, Judged[]>()
  for (const row of evidence.crosswalk) {
    const source = judged.get(remoteText({ ...row, remoteId: row.remote_id }))
    if (row.golden_id === null || source === undefined || source.deleted) continue
    members.set(row.golden_id, [...(members.get(row.golden_id) ?? []), source])
  }
  return members
}

/** What a steward set wins until it is released. */
function checkByHand(golden: GoldenRow, field: Field, held: Held | undefined): Violation[] {
  const found = golden.fields[field.name]
  if (held === undefined || !held.sure || sameCanonical(field, held.value, found)) return []
  const message = `${field.name} of golden ${golden.id} is ${text(found)}, a steward set it to ${text(held.value)}`
  return [{ invariant: 3, message }]
}

function checkField(evidence: Evidence, golden: GoldenRow, field: Field, sources: readonly Judged[]): Violation[] {
  const names = field.kind === 'tags' ? elementNames(field, sources) : [field.name]
  return names.flatMap(name => {
    const kind = field.kind === 'tags' ? 'element' : field.kind === 'consent' ? 'consent' : 'value'
    const right = goldenSlot(name, kind, sources, evidence)
    const found = goldenSlotValue(golden.fields, field, name)
    const same = (one: Json | undefined): boolean =>
      field.kind === 'link' && one !== undefined && found !== undefined
        ? linkTarget(evidence, one) === linkTarget(evidence, found)
        : one === undefined || found === undefined
          ? (one ?? null) === (found ?? null) && (one === found || kind === 'element')
          : sameCanonical({ ...field, kind: 'name' }, one, found)
    if (right.some(same)) return []
    const who = sources.map(source => explained(evidence, source, field, name)).join(', ')
    const message = `${name} of golden ${golden.id} (${who}) is ${text(found)}, by the rules it is ${right.map(text).join(' or ')}`
    return [{ invariant: 3, message }]
  })
}

/** A source record, and where the hub holds it to say something else than the model does. */
function explained({ sources }: Evidence, source: Judged, field: Field, slot: string): string {
  const row = sources.find(one => one.system === source.system && one.remote_id === source.remoteId)
  const said = row?.fields[field.name]
  const element = slot.split('#')[1]
  const held = element === undefined ? heldValue(said) : heldElement(said, element)
  const right = source.slots.get(slot)?.map(state => state.asserted?.value) ?? [undefined]
  if (field.kind === 'consent') return `${source.remoteId} ${text(said)}`
  if (right.some(value => JSON.stringify(value) === JSON.stringify(held)))
    return `${source.remoteId}${since(source, slot, said)}`
  return `${source.remoteId} (held to say ${text(held)}, says ${right.map(text).join(' or ')})`
}

/** Where the hub and the model agree on the value but not on its time. */
function since({ slots }: Judged, slot: string, said: Json | undefined): string {
  const atMs = isJsonObject(said) && said['a'] !== false && !slot.includes('#') ? said['t'] : undefined
  const right = (slots.get(slot) ?? []).map(state => state.asserted?.order.atMs)
  if (typeof atMs !== 'number' || right.includes(atMs)) return ''
  return ` (held to say so since ${new Date(atMs).toISOString()}, says so since ${right.map(clock).join(' or ')})`
}

function clock(atMs: number | undefined): string {
  return atMs === undefined ? 'never' : new Date(atMs).toISOString()
}

/** What the hub holds a system to assert, as it keeps it in source_record.fields (src/rules/statement/source-field.ts). */
function heldValue(said: Json | undefined): Json | undefined {
  return isJsonObject(said) && said['a'] !== false ? said['v'] : undefined
}

function heldElement(said: Json | undefined, element: string): Json | undefined {
  if (!isJsonObject(said)) return undefined
  const own = isJsonObject(said['u']) ? said['u'][element] : undefined
  if (isJsonObject(own)) return own['a'] === false ? undefined : own['x'] === true ? null : true
  return said['a'] !== false && Array.isArray(said['v']) && said['v'].includes(element) ? true : undefined
}

function elementNames(field: Field, sources: readonly Judged[]): string[] {
  return [
    ...new Set(sources.flatMap(({ slots }) => [...slots.keys()].filter(name => name.startsWith(`${field.name}#`)))),
  ]
}

function text(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}
