import type { PolicyConfig, SurvivorshipOverride } from '#config/config.ts'
import { assertNever } from '#model/assert.ts'
import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { FieldModel } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import { surviveConsents, surviveUnion } from './element-survivorship.ts'
import { assertedOf } from '../statement/element-slots.ts'
import { mostRecent, provenanceOf } from './recency.ts'
import type { Candidate, Chosen, Provenance, SourceStatement } from './recency.ts'

export type { Provenance, SourceStatement } from './recency.ts'

export type SurvivorshipPolicy = Pick<PolicyConfig, 'skewToleranceMs' | 'survivorship'>

/** A value that a person set by hand; it wins until released (golden_record.steward, by field). */
export interface StewardValue {
  v: Json
  /** When it was set (epoch ms). */
  at: number
  by: string
}

export interface Survived {
  fields: Record<string, Json>
  provenance: Record<string, Provenance>
}

type Rule = FieldModel['survivorship'] | 'priority'

/**
 * The golden fields of an entity from what its source records say, field by field, with the provenance of each.
 * The result depends on the set of statements only, not on their order. A field that nobody asserts is absent; an
 * explicit null is null. Withdrawn source records (tombstones) are simply not among the statements.
 */
export function survive(
  entity: Entity,
  statements: readonly SourceStatement[],
  policy: SurvivorshipPolicy,
  steward: Readonly<Record<string, StewardValue>> = {},
): Survived {
  const overrides = policy.survivorship[entity]
  const fields: Record<string, Json> = {}
  const provenance: Record<string, Provenance> = {}
  for (const [name, model] of entityModel(entity).fields) {
    const held = Object.hasOwn(steward, name) ? steward[name] : undefined
    const chosen = held
      ? stewardChoice(held)
      : choose(
          model,
          candidatesFor(name, statements),
          policy,
          overrides?.[name] ?? usual(model, overrides?.[ALL_FIELDS]),
        )
    if (chosen === undefined) continue
    fields[name] = chosen.value
    provenance[name] = chosen.provenance
  }
  return { fields, provenance }
}

/** The rule of an entity's other fields. What is decided by element, as tags and consents are, it leaves alone. */
const ALL_FIELDS = '*'

function usual({ survivorship }: FieldModel, rule: SurvivorshipOverride | undefined): SurvivorshipOverride | undefined {
  return survivorship === 'union' || survivorship === 'consent' ? undefined : rule
}

function candidatesFor(name: string, statements: readonly SourceStatement[]): Candidate[] {
  const candidates: Candidate[] = []
  for (const source of statements) {
    const field = source.fields[name]
    if (field !== undefined) candidates.push({ source, field, t: field.t, e: field.e })
  }
  return candidates
}

function choose(
  model: FieldModel,
  candidates: readonly Candidate[],
  policy: SurvivorshipPolicy,
  override: SurvivorshipOverride | undefined,
): Chosen | undefined {
  if (candidates.length === 0) return undefined
  // Consent is a matter of law, not of taste: no override reaches it.
  if (model.survivorship === 'consent') return surviveConsents(model, candidates)
  if (model.survivorship === 'union' && override === undefined) {
    return surviveUnion(model, candidates, policy.skewToleranceMs)
  }
  const rule = override?.rule ?? model.survivorship
  const asserting = candidates.flatMap(candidate => {
    const said = assertedOf(model, candidate.field)
    if (said === undefined) return []
    return [said === candidate.field ? candidate : { source: candidate.source, field: said, t: said.t, e: said.e }]
  })
  const winner = mostRecent(narrow(rule, asserting, override?.systems ?? []), policy.skewToleranceMs)
  if (winner === undefined) return undefined
  return { value: linkValue(model, winner), provenance: provenanceOf(winner, rule) }
}

/** The candidates that the rule prefers; recency decides between them. */
function narrow(rule: Rule, candidates: readonly Candidate[], systems: readonly string[]): readonly Candidate[] {
  switch (rule) {
    case 'mostRecent':
    case 'union':
    case 'consent':
      return candidates
    case 'priority':
      return best(candidates, ({ source }) => {
        const rank = systems.indexOf(source.system)
        return rank < 0 ? -systems.length : -rank
      })
    case 'longest':
      return best(candidates, ({ field }) => textLength(field.v))
    case 'mostComplete':
      return best(candidates, ({ field }) => leafCount(field.v))
    default:
      return assertNever(rule)
  }
}

function best(candidates: readonly Candidate[], score: (candidate: Candidate) => number): readonly Candidate[] {
  if (candidates.length < 2) return candidates
  const scored = candidates.map(candidate => ({ candidate, score: score(candidate) }))
  const top = Math.max(...scored.map(one => one.score))
  return scored.filter(one => one.score === top).map(one => one.candidate)
}

function textLength(value: Json): number {
  if (value === null) return 0
  return typeof value === 'string' ? Array.from(value).length : JSON.stringify(value).length
}

function leafCount(value: Json): number {
  if (value === null || value === '') return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + leafCount(item), 0)
  if (isJsonObject(value)) return Object.values(value).reduce<number>((sum, item) => sum + leafCount(item), 0)
  return 1
}

/** A link by remote id means the speaker's own system unless it names one; in a golden record that must be said. */
function linkValue(model: FieldModel, { source, field }: Candidate): Json {
  if (model.kind !== 'link' || !isJsonObject(field.v) || !isJsonObject(field.v.$ref)) return field.v
  return { $ref: { ...field.v.$ref, system: field.v.$ref.system ?? source.system } }
}

function stewardChoice({ v, at, by }: StewardValue): Chosen {
  const provenance = {
    system: 'steward',
    object: '',
    remoteId: by,
    event: '',
    at: new Date(at).toISOString(),
    rule: 'steward',
  }
  return { value: v, provenance }
}
