import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { ConsoleActions } from '#console/actions/actions.ts'
import type { MappingSample } from '#console/actions/mappings.ts'
import type { DueDelivery } from '#deliver/claim/claim.ts'
import { readDeliveries } from '#deliver/claim/claim.ts'
import { outboundOf } from '#deliver/decide/outbound.ts'
import { mapEvent } from '#interpret/mapped.ts'
import { type EventColumns, EVENT_TO_MAP, pendingEvent } from '#interpret/rows.ts'
import { readStatements } from '#interpret/statements.ts'
import { isProblem, type Problem, problem } from '#console/problem.ts'
import { usesOf } from '#console/mappings/uses.ts'
import { canBeMappedAgain } from '#store/stored-events.ts'
import { noAnswer } from '#mapping/asks.ts'
import { compileMapping, type Mapping, type MappingEnv } from '#mapping/mapping.ts'
import type { Entity } from '#model/entities.ts'
import { type Issue, makeIssue } from '#model/issues.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { validateRecord } from '#model/validate.ts'
import type { HubParts } from '../hub.ts'

const INPUTS_MAX = 20
const INPUTS_KEPT_MS = 30_000
const INPUTS_SEARCH_MS_MAX = 300

/** Records that mappings are tried on, as the stages would give them, and what the stages would say of the result. */
export function createMappingSamples(
  parts: HubParts,
): Pick<ConsoleActions, 'readMappingSample' | 'readMappingInputs' | 'mappingProblems'> {
  // Someone who types asks again with each key.
  const known = new LRUCache<string, readonly Json[]>({ max: 100, ttl: INPUTS_KEPT_MS })
  return {
    readMappingSample: (mapping, of) =>
      'eventId' in of ? eventSample(parts, of.eventId) : goldenSample(parts, mapping, of.goldenId),
    async readMappingInputs(mapping) {
      const kept = known.get(mapping)
      if (kept !== undefined) return kept
      const inputs = await recentInputs(parts, mapping)
      known.set(mapping, inputs)
      return inputs
    },
    mappingProblems: (mapping, value) => (mapping.endsWith('.in') ? inboundProblems(value) : outboundProblems(value)),
  }
}

/** A mapping that notes what it is given: so a trial sees just what the stage gives. */
function makeProbe() {
  const seen: { input?: unknown; env?: MappingEnv } = {}
  const mapping: Mapping = {
    ...compileMapping('probe', 'null'),
    run: (input, env) => (Object.assign(seen, { input, env }), { ok: true, value: undefined }),
  }
  const sample = (about: Pick<MappingSample, 'kind' | 'id' | 'entity'>): MappingSample | undefined =>
    seen.env && {
      ...about,
      atMs: seen.env.nowMs,
      // A body is read as JSON, and golden fields are.
      input: seen.input as Json,
      variables: seen.env.variables ?? {},
    }
  return { mapping, sample }
}

async function eventSample(parts: HubParts, id: string): Promise<MappingSample | Problem> {
  const { rows } = await sql<EventColumns>`
    select ${EVENT_TO_MAP} from event e left join request r on r.id = e.request_id and e.payload is null where e.id = ${id}
  `.execute(parts.database.kysely)
  const [row] = rows
  return row === undefined ? problem('event_unknown', { id }) : sampleOf(parts, row)
}

function sampleOf({ systems, config }: HubParts, row: EventColumns): MappingSample | Problem {
  const { id } = row
  const system = systems.get(row.system)
  if (system === undefined) return problem('event_of_no_system', { id })
  const probe = makeProbe()
  const mapped = mapEvent(pendingEvent(row), {
    system,
    mappings: { get: () => probe.mapping },
    nestingMax: config.limits.nestingMax,
    defaultCountry: config.hub.defaultCountry,
    xref: noAnswer,
  })
  const why = mapped.kind === 'dead' || mapped.kind === 'ignored' ? mapped.reason : ''
  return probe.sample({ kind: 'event', id, entity: undefined }) ?? problem('event_not_mapped', { id, why })
}

/** What the newest events of the systems that use a mapping would give it: they show which fields there are. */
async function recentInputs(parts: HubParts, mapping: string): Promise<readonly Json[]> {
  const [use] = usesOf(parts.config, mapping)
  if (use?.direction !== 'in') return []
  const { system, object } = use
  try {
    const { rows } = await parts.database.transaction(async tx => {
      await sql`set local statement_timeout = ${sql.lit(INPUTS_SEARCH_MS_MAX)}`.execute(tx)
      return await sql<EventColumns>`
        select ${EVENT_TO_MAP} from (select * from event where system = ${system} and object = ${object} and ${canBeMappedAgain(sql`event`)}
          order by id desc limit ${INPUTS_MAX}) e
        left join request r on r.id = e.request_id and e.payload is null
      `.execute(tx)
    })
    return rows.flatMap(row => {
      const sample = sampleOf(parts, row)
      return isProblem(sample) ? [] : [sample.input]
    })
  } catch (error) {
    // Of a system that says little they may lie far back: cases show the fields then.
    if (isTimeout(error)) return []
    throw error
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '57014'

async function goldenSample(parts: HubParts, name: string, id: string): Promise<MappingSample | Problem> {
  const { database, config, nowMs } = parts
  const route = config.routes.find(one => one.mapping === name)
  if (route === undefined) return problem('mapping_without_route', { name })
  const { system, object } = route
  const [planned] = await database.transaction(tx => readDeliveries(tx, [{ system, object, golden_id: id }], nowMs()))
  const delivery = planned ?? (await unplanned(parts, route, id))
  if (delivery === undefined) return problem('golden_unknown', { id })
  const probe = makeProbe()
  outboundOf(delivery, probe.mapping, { ...config.hub, xref: noAnswer }).run(delivery.golden.fields)
  return probe.sample({ kind: 'golden', id, entity: delivery.entity }) ?? problem('golden_not_mapped', { id })
}

/** A golden record that does not go there by now: what its mapping would be given, but for the links. */
async function unplanned(
  { database }: HubParts,
  { system, object }: { system: string; object: string },
  id: string,
): Promise<DueDelivery | undefined> {
  const { rows } = await sql<{ entity: Entity; version: number; fields: JsonObject; state: string; ms: number }>`
    select entity, version::float8 as version, fields, state, (extract(epoch from updated_at) * 1000)::float8 as ms
    from golden_record where id = ${id}
  `.execute(database.kysely)
  const [row] = rows
  if (row === undefined) return undefined
  const { entity, version, fields, state, ms: updatedAtMs } = row
  const golden = { version, fields, state, updatedAtMs }
  // All that outboundOf reads of a delivery.
  return {
    system,
    object,
    goldenId: id,
    entity,
    golden,
    remote: undefined,
    links: [] as DueDelivery['links'],
  } as DueDelivery
}

/** By the rules of `interpret`: the shape, then each record against its entity's schema. */
function inboundProblems(value: Json | undefined): readonly Issue[] {
  const read = readStatements(value, {
    system: '',
    object: '',
    remoteId: 'tried',
    atMs: Date.now(),
    receivedAtMs: Date.now(),
    eventId: '',
  })
  if (!read.ok) {
    const { ok: _, ...issue } = read
    return [issue]
  }
  const places = isJsonObject(value)
    ? Object.entries(value).flatMap(([entity, records]) =>
        Array.isArray(records) ? records.map((_, index) => `${entity}[${index}]`) : records === null ? [] : [entity],
      )
    : []
  return read.statements.flatMap(({ entity, fields }, index) => {
    const valid = validateRecord(entity, fields)
    return valid.ok
      ? []
      : valid.issues.map(issue => ({ ...issue, path: `${places[index] ?? entity}${pathText(issue.path)}` }))
  })
}

/** `/emails/0/address` as `.emails[0].address`. */
const pathText = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('')

function outboundProblems(value: Json | undefined): readonly Issue[] {
  return value === undefined || isJsonObject(value) ? [] : [makeIssue('', 'issue_document')]
}
