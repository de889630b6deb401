import type { PolicyConfig, SystemConfig } from '#config/config.ts'
import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { type StrongKey, strongKeys } from '#rules/identity/identity.ts'
import { assertedOf } from '#rules/statement/element-slots.ts'
import type { Blocked } from '#rules/identity/blocked-keys.ts'
import { type Provenance, survive } from '#rules/survivorship/survivorship.ts'
import type { KeyRow, Source, StoredGolden } from './rows.ts'

export interface GoldenPolicy extends KeyPolicy {
  policy: PolicyConfig
  systems: (name: string) => Pick<SystemConfig, 'priority'> | undefined
}

/** How strong keys are read. */
export interface KeyPolicy {
  defaultCountry: string
  blocked: Blocked
  keyLimits: { keysPerRecordMax: number; keyCharsMax: number }
}

/** A golden record as it must be stored now. */
export interface GoldenWrite {
  id: string
  entity: Entity
  version: number
  fields: JsonObject
  provenance: Record<string, Provenance>
  state: 'active' | 'withdrawn'
  keys: KeyRow[]
  isNew: boolean
  /** Its content or state changed: destinations must be planned. */
  changed: boolean
}

/** Computes a golden record from all its source records; undefined when nothing about it changed. */
export function computeGolden(
  id: string,
  entity: Entity,
  sources: readonly Source[],
  stored: StoredGolden | undefined,
  context: GoldenPolicy,
): GoldenWrite | undefined {
  const live = sources.filter(source => !source.tombstone)
  const { fields, provenance } = survive(
    entity,
    live.map(source => ({
      system: source.system,
      object: source.object,
      remoteId: source.remoteId,
      priority: context.systems(source.system)?.priority ?? 0,
      fields: source.fields,
    })),
    context.policy,
    stored?.steward,
  )
  const state = live.length === 0 || (live.length < sources.length && isUnsaid(provenance)) ? 'withdrawn' : 'active'
  const keys = distinctKeys(goldenKeys(sources, context).map(key => ({ entity, kind: key.kind, value: key.value })))
  const changed = stored === undefined || stored.state !== state || !jsonEqual(stored.fields, fields)
  if (!changed && sameProvenance(stored.provenance, provenance) && sameKeys(stored.keys, keys)) return undefined
  return {
    id,
    entity,
    version: stored === undefined ? 1 : stored.version + (changed ? 1 : 0),
    fields,
    provenance,
    state,
    keys,
    isNew: stored === undefined,
    changed,
  }
}

/** True when no system says anything: what is left are echoes of what the hub wrote, and values that a steward set. */
function isUnsaid(provenance: Readonly<Record<string, Provenance>>): boolean {
  return Object.values(provenance).every(({ rule }) => rule === 'steward')
}

/**
 * Strong keys of a golden record: those of its living sources, and of those that their vendors merged into others: they are
 * one customer. When none of these names one it keeps what the deleted ones named, so that the customer is known again
 * when somebody enters it anew.
 */
export function goldenKeys(sources: readonly Source[], context: KeyPolicy): StrongKey[] {
  const isNamed = sources.some(source => sourceKeys(source, context).length > 0)
  const known = isNamed ? sources.filter(source => !source.tombstone || source.alias) : sources
  return known.flatMap(source => assertedKeys(source, context))
}

/** Strong keys that a source record asserts; echoes and renderings assert nothing, nor does what was deleted. */
export function sourceKeys(source: Source, context: KeyPolicy): StrongKey[] {
  return source.tombstone ? [] : assertedKeys(source, context)
}

function assertedKeys(source: Source, context: KeyPolicy): StrongKey[] {
  return strongKeys(source.entity, assertedValues(source), {
    defaultCountry: context.defaultCountry,
    blocked: context.blocked,
    limits: context.keyLimits,
  })
}

/** What a source record asserts, field by field; echoes and renderings are left out. */
export function assertedValues({ entity, fields }: Source): JsonObject {
  const { fields: models } = entityModel(entity)
  const values: JsonObject = {}
  for (const [name, field] of Object.entries(fields)) {
    const model = models.get(name)
    const said = model && assertedOf(model, field)
    if (said !== undefined) values[name] = said.v
  }
  return values
}

function distinctKeys(keys: readonly KeyRow[]): KeyRow[] {
  return [...new Map(keys.map(key => [`${key.kind}\n${key.value}`, key])).values()]
}

function sameKeys(left: readonly KeyRow[], right: readonly KeyRow[]): boolean {
  const texts = new Set(left.map(key => `${key.kind}\n${key.value}`))
  return left.length === right.length && right.every(key => texts.has(`${key.kind}\n${key.value}`))
}

/** Whether every field still comes from the same event by the same rule. */
function sameProvenance(left: Record<string, Provenance>, right: Record<string, Provenance>): boolean {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every(name => sameOrigin(left[name], right[name]))
}

function sameOrigin(left: Provenance | undefined, right: Provenance | undefined): boolean {
  return left?.event === right?.event && left?.rule === right?.rule && left?.remoteId === right?.remoteId
}
