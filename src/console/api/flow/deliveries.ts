import type { ExpressionBuilder, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Schema } from '#store/schema.ts'
import type { DeliveryTable } from '#store/schema/delivering.ts'
import { audit } from '../../audit.ts'
import type { ConsoleActions, DeliveryKey } from '../../actions/actions.ts'
import type { components } from '../../api.gen.ts'
import { readPage } from '../../paging.ts'
import type { Call, ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import type { Problem } from '../../problem.ts'
import { isProblem, problem } from '../../problem.ts'
import { readAttempts } from './attempts.ts'
import { auditFilter, makeConfirm, readConfirm } from '../selection.ts'
import { explainDelivery } from './why.ts'
import { readWhyFacts } from './why-facts.ts'

type DeliveryFilter = components['schemas']['DeliveryFilter']
const SAMPLE = 10
const DONE_PER_STEP = 1_000
const RETRIABLE = ['dead', 'retrying', 'unknown', 'pending'] as const
const RELEASABLE = ['held', 'frozen'] as const

export function createDeliveryHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listDeliveries' | 'getDelivery' | 'explainDelivery' | 'retryDeliveries' | 'releaseDeliveries'> {
  const { db, signer } = parts
  return {
    async listDeliveries({ query }) {
      return await readPage(signer, {
        name: 'deliveries',
        query,
        async read(limit, after) {
          let rows = db
            .selectFrom('delivery')
            .selectAll()
            .where(eb => matchesDelivery(eb, query))
          if (after)
            rows = rows.where(sql<boolean>`(system, object, golden_id) > (${after[0]}, ${after[1]}, ${after[2]}::uuid)`)
          return await rows.orderBy('system').orderBy('object').orderBy('golden_id').limit(limit).execute()
        },
        key: row => [row.system, row.object, row.golden_id],
        item: deliveryShape,
      })
    },

    async getDelivery({ path }) {
      const row = await findDelivery(parts, path)
      if (!row) return missing(path)
      const [attempts, facts, remote] = await Promise.all([
        readAttempts(parts, row.attempt_ids),
        readWhyFacts(parts, row),
        row.remote_id === null
          ? undefined
          : db
              .selectFrom('remote_record')
              .select('sent')
              .where('system', '=', row.system)
              .where('object', '=', row.object)
              .where('remote_id', '=', row.remote_id)
              .executeTakeFirst(),
      ])
      return {
        ...deliveryShape(row),
        sent: remote?.sent ?? null,
        waitsOn: facts.parents.map(parent => parent.goldenId),
        attempts,
        why: explainDelivery(facts),
      }
    },

    async explainDelivery({ path }) {
      const row = await findDelivery(parts, path)
      return row ? explainDelivery(await readWhyFacts(parts, row)) : missing(path)
    },

    retryDeliveries: call =>
      actOnMany(parts, call, { act: 'retry', states: RETRIABLE, run: keys => parts.actions.retryDeliveries(keys) }),
    releaseDeliveries: call =>
      actOnMany(parts, call, {
        act: 'release',
        states: RELEASABLE,
        run: keys => parts.actions.releaseDeliveries(keys),
      }),
  }
}

interface ManyAct {
  act: 'retry' | 'release'
  states: readonly DeliveryTable['state'][]
  run: ConsoleActions['retryDeliveries']
}

/** Dry run, then the same selection confirmed. Keys are read in steps in their order, so that each is acted on once. */
async function actOnMany(
  parts: ConsoleParts,
  call: Call<'retryDeliveries'> | Call<'releaseDeliveries'>,
  { act, states, run }: ManyAct,
): Promise<ReplyOf<'retryDeliveries'> | Problem> {
  const { db, signer, nowMs } = parts
  const { filter, dryRun = true, confirm } = call.body
  const selected = () =>
    db
      .selectFrom('delivery')
      .where(eb => matchesDelivery(eb, filter))
      .where('state', 'in', [...states])
  if (dryRun) {
    const { count } = await selected()
      .select(eb => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    const sample = await selected()
      .selectAll()
      .orderBy('system')
      .orderBy('object')
      .orderBy('golden_id')
      .limit(SAMPLE)
      .execute()
    const text = makeConfirm(signer, act, filter, { count, untilId: undefined }, nowMs())
    return { dryRun, count, sample: sample.map(deliveryShape), confirm: text }
  }
  const confirmed = readConfirm(signer, act, filter, confirm, nowMs())
  if (isProblem(confirmed)) return confirmed
  let done = 0
  let last: DeliveryKey = { system: '', object: '', goldenId: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const rows = await selected()
      .select(['system', 'object', 'golden_id'])
      .where(sql<boolean>`(system, object, golden_id) > (${last.system}, ${last.object}, ${last.goldenId}::uuid)`)
      .orderBy('system')
      .orderBy('object')
      .orderBy('golden_id')
      .limit(DONE_PER_STEP)
      .execute()
    const keys = rows.map(row => ({ system: row.system, object: row.object, goldenId: row.golden_id }))
    const end = keys.at(-1)
    if (!end) break
    last = end
    done += await run(keys)
  }
  const detail = { filter: auditFilter(filter), count: done }
  await audit(db, { id: parts.uuid(), actor: call.actor.name, action: `deliveries.${act}`, target: 'filter', detail })
  return { dryRun, count: done, sample: [] }
}

function missing({ system, object, goldenId }: DeliveryKey): Problem {
  return problem('delivery_unknown', { system, object, goldenId })
}

function findDelivery({ db }: ConsoleParts, key: DeliveryKey) {
  return db
    .selectFrom('delivery')
    .selectAll()
    .where('system', '=', key.system)
    .where('object', '=', key.object)
    .where('golden_id', '=', key.goldenId)
    .executeTakeFirst()
}

function matchesDelivery(eb: ExpressionBuilder<Schema, 'delivery'>, filter: DeliveryFilter) {
  const conditions = [
    ...(filter.system !== undefined ? [eb('system', '=', filter.system)] : []),
    ...(filter.object !== undefined ? [eb('object', '=', filter.object)] : []),
    ...(filter.goldenId !== undefined ? [eb('golden_id', '=', filter.goldenId)] : []),
    ...(filter.state !== undefined ? [eb('state', '=', filter.state)] : []),
    ...(filter.reason !== undefined ? [eb('reason', '=', filter.reason)] : []),
    ...(filter.route !== undefined ? [eb('route', '=', filter.route)] : []),
    ...(filter.entity !== undefined ? [eb('entity', '=', filter.entity)] : []),
  ]
  return conditions.length === 0 ? sql<boolean>`true` : eb.and(conditions)
}

export function deliveryShape(row: Selectable<DeliveryTable>): components['schemas']['Delivery'] {
  return {
    system: row.system,
    object: row.object,
    goldenId: row.golden_id,
    route: row.route,
    entity: row.entity,
    action: row.action,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    wantedVersion: row.wanted_version,
    sentVersion: row.sent_version,
    mappingRevision: row.mapping_revision,
    remoteId: row.remote_id,
    dueAt: row.due_at?.toISOString() ?? null,
    failures: row.failures,
    failingSince: row.failing_since?.toISOString() ?? null,
    plannedAt: row.planned_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
    traceId: row.trace_id,
  }
}
