import type { RouteConfig, SystemConfig } from '#config/config.ts'
import type { System } from '#connector/system.ts'
import type { DueDelivery } from '#deliver/claim/claim.ts'
import { decideDelivery } from '#deliver/decide/decide.ts'
import { outboundOf } from '#deliver/decide/outbound.ts'
import { mapEvent } from '#interpret/mapped.ts'
import type { PendingEvent } from '#interpret/rows.ts'
import type { Xref } from '#mapping/asks.ts'
import type { Mapping } from '#mapping/mapping.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import type { Compare } from '#rules/comparators.ts'
import type { Compared, Outcome } from './tally.ts'

/** What comparing needs of the hub's configuration; plain data, for it goes to other threads. */
export interface PlanStart {
  readonly name: string
  readonly system: string
  readonly folder: string
  readonly defaultCountry: string
  readonly nestingMax: number
  readonly skewToleranceMs: number
  readonly compare: Readonly<Record<string, readonly Compare[]>>
  readonly routes: readonly RouteConfig[]
}

export interface PlanContext extends PlanStart {
  readonly xref: Xref
}

/** The mapping in force, undefined where there is none yet, and the draft. */
export interface Versions {
  readonly published: Mapping | undefined
  readonly draft: Mapping
}

/** What an event says under both. */
export function compareEvent(event: PendingEvent, { published, draft }: Versions, context: PlanContext): Compared {
  const before = statementsOf(event, published, context)
  const after = statementsOf(event, draft, context)
  const entities = after.kind === 'fields' ? Object.keys(after.fields).map(name => name.split('.')[0]) : []
  const destinations = context.routes.filter(route => entities.includes(route.entity))
  return { id: event.id, before, after, destinations: destinations.map(route => `${route.system}/${route.object}`) }
}

function statementsOf(event: PendingEvent, mapping: Mapping | undefined, context: PlanContext): Outcome {
  // Mapping reads nothing else of a system than its folder.
  const system = { config: { mappings: context.folder } as SystemConfig } as System
  const { defaultCountry, nestingMax, xref } = context
  const mappings = { get: () => mapping }
  const mapped = mapEvent(event, { system, mappings, nestingMax, defaultCountry, xref })
  if (mapped.kind === 'ignored') return { kind: 'fields', fields: {} }
  if (mapped.kind === 'dead') return { kind: 'failed', reason: mapped.reason, message: messageOf(mapped.detail) }
  const fields: Record<string, Json> = {}
  const seen = new Map<string, number>()
  for (const { entity, fields: stated } of mapped.statements) {
    const n = (seen.get(entity) ?? 0) + 1
    seen.set(entity, n)
    for (const [name, value] of Object.entries(stated)) fields[`${entity}${n > 1 ? `[${n}]` : ''}.${name}`] = value
  }
  return { kind: 'fields', fields }
}

function messageOf(detail: Json): string {
  if (!isJsonObject(detail)) return ''
  const issues = Array.isArray(detail['issues']) ? detail['issues'] : []
  const [issue] = issues
  if (isJsonObject(issue)) return `${text(issue['path'])} ${text(issue['message'])}`
  return text(detail['message'])
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** What a golden record gives its system under both, and whether the draft would write something else there. */
export function compareDelivery(delivery: DueDelivery, { published, draft }: Versions, context: PlanContext): Compared {
  const rested: DueDelivery = { ...delivery, state: 'pending', reason: undefined, job: undefined, interrupted: false }
  const before = documentOf(rested, published, context)
  const after = documentOf(rested, draft, context)
  const wrote = writeOf(rested, published, context)
  const writes = writeOf(rested, draft, context)
  const place = `${delivery.system}/${delivery.object}`
  const differs = writes !== undefined && JSON.stringify(writes) !== JSON.stringify(wrote)
  return {
    id: delivery.goldenId,
    before,
    after,
    destinations: differs ? [place] : [],
    ...(differs ? { sends: delivery.remote === undefined ? 'create' : 'update' } : {}),
  }
}

function documentOf(delivery: DueDelivery, mapping: Mapping | undefined, context: PlanContext): Outcome {
  if (mapping === undefined) return { kind: 'fields', fields: {} }
  const result = outboundOf(delivery, mapping, context).run(delivery.golden.fields)
  if (!result.ok) {
    const place = result.line === undefined ? '' : `${result.line}:${result.column ?? 1} `
    return { kind: 'failed', reason: result.code, message: `${place}${result.message}` }
  }
  // A mapping's value is plain JSON or undefined, by its contract.
  const value = result.value as Json | undefined
  if (value === undefined || isJsonObject(value)) return { kind: 'fields', fields: value ?? {} }
  return { kind: 'failed', reason: 'mapping_shape', message: 'An outbound mapping must give an object.' }
}

function writeOf(delivery: DueDelivery, mapping: Mapping | undefined, context: PlanContext): Json | undefined {
  const decision = decideDelivery(delivery, {
    route: context.routes.find(route => route.name === delivery.route),
    mapping,
    looks: false,
    reads: false,
    // What would be written is told without waiting for parents.
    cyclic: new Set(delivery.links.map(link => link.goldenId)),
    defaultCountry: context.defaultCountry,
    xref: context.xref,
    skewToleranceMs: context.skewToleranceMs,
    compare: context.compare,
  })
  return decision.kind === 'write' ? decision.changed : undefined
}
