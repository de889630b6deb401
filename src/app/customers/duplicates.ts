import { sql } from 'kysely'
import { audit } from '#console/audit.ts'
import type { CustomerActions, DuplicateRequest } from '#console/actions/customers.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { openAccess } from '#deliver/send/call.ts'
import { type ActRefusal, type ActResult, refusal } from '#model/act.ts'
import type { JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { assertedValues } from '#resolve/golden.ts'
import { readGoldens, type Source } from '#resolve/rows.ts'
import type { HubParts } from '../hub.ts'

/** Two records of one customer in one system, of which one is to become a part of the other. */
interface Pair {
  goldenId: string
  survivorId: string
  loserId: string
}

interface RemoteColumns {
  remote_id: string
  golden_id: string
  is_primary: boolean
}

/** Mends a duplicate where it is: the vendor makes the two one, as its own people would. */
export function createDuplicateActions(parts: HubParts): Pick<CustomerActions, 'mergeDuplicate'> {
  return {
    async mergeDuplicate(request) {
      const { system: name, object, by, dryRun = false } = request
      const able = await ableSystem(parts, name, object)
      if (!able.ok) return able
      const found = await findPair(parts, request)
      if (!found.ok) return found
      const { pair } = found
      const preview = { ...pair, ...(await readBoth(parts, { system: name, object }, pair)) }
      if (dryRun) return { ok: true, dryRun, preview }
      const traceId = parts.ids.traceId()
      const outcome = await able.merge(openAccess(parts.calls, able.system, traceId, []), object, pair)
      const detail = { ...pair, outcome: outcome.kind }
      const target = `${name}/${object}`
      const row = { id: parts.ids.uuid(), actor: by, action: 'duplicate.merge', target, detail }
      await audit(parts.database.kysely, row)
      if (outcome.kind !== 'delivered') return unmerged(target, outcome)
      const events = told(object, pair, outcome.remoteId, parts.nowMs())
      await parts.append(name, 'poll', events, traceId)
      return { ok: true, dryRun, preview, remoteId: outcome.remoteId }
    },
  }
}

/** The system with its connector's way to merge, where it may be called now. */
async function ableSystem({ systems, database }: HubParts, name: string, object: string) {
  const system = systems.get(name)
  if (system === undefined) return refusal('merge_system_unknown', { name })
  const { connector, config } = system
  const { push } = connector
  if (push?.merge === undefined || push.canMerge?.(object, config.settings) === false)
    return refusal('merge_not_offered', { connector: connector.manifest.name, object, system: name })
  const { rows } = await sql<{ state: string; link_state: string | null }>`
    select s.state, o.link_state from system s left join system_object o on o.system = s.name and o.object = ${object} where s.name = ${name}
  `.execute(database.kysely)
  const [row] = rows
  if (row?.state !== 'active') return refusal('merge_system_idle', { system: name, state: row?.state ?? 'unknown' })
  if (row.link_state !== null && row.link_state !== 'live') return refusal('merge_not_linked', { system: name, object })
  return { ok: true as const, system, merge: push.merge.bind(push) }
}

/** Both must be living records of one customer: who is not one customer here is merged here first. */
async function findPair(
  { database }: HubParts,
  { system, object, loserId, survivorId }: DuplicateRequest,
): Promise<ActResult<{ pair: Pair }>> {
  const { rows } = await sql<RemoteColumns>`
    select r.remote_id, r.golden_id, r.is_primary from remote_record l
    join remote_record r on r.golden_id = l.golden_id and r.system = l.system and r.object = l.object
    where l.system = ${system} and l.object = ${object} and l.remote_id = ${loserId} and r.alias_of is null and r.tombstone_at is null
  `.execute(database.kysely)
  const place = `${system}/${object}`
  const loser = rows.find(row => row.remote_id === loserId)
  if (loser === undefined) return refusal('loser_unknown', { place, remoteId: loserId })
  const survivor = rows.find(row => (survivorId === undefined ? row.is_primary : row.remote_id === survivorId))
  if (survivor === undefined) return refusal('survivor_unknown', { place, remoteId: survivorId ?? '(primary)' })
  if (survivor === loser) return refusal('survivor_is_loser', { place, remoteId: loserId })
  return { ok: true, pair: { goldenId: loser.golden_id, survivorId: survivor.remote_id, loserId } }
}

/** What the two say where they differ. */
async function readBoth({ database }: HubParts, place: { system: string; object: string }, pair: Pair) {
  const golden = await database.transaction(async tx =>
    (await readGoldens(tx, [pair.goldenId], 'look')).get(pair.goldenId),
  )
  const entity = golden?.entity ?? 'person'
  const of = (remoteId: string): JsonObject => {
    const isIt = (one: Source): boolean =>
      one.system === place.system && one.object === place.object && one.remoteId === remoteId
    const source = golden?.sources.find(isIt)
    return source === undefined ? {} : assertedValues(source)
  }
  const [survivor, loser] = [of(pair.survivorId), of(pair.loserId)]
  const names = [...new Set([...Object.keys(survivor), ...Object.keys(loser)])].filter(
    name => !jsonEqual(survivor[name], loser[name]),
  )
  const only = (fields: JsonObject) => ({
    entity,
    fields: Object.fromEntries(names.flatMap(name => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
  })
  return { survivor: only(survivor), loser: only(loser) }
}

/** The hub takes it as the vendor's own merge, whose webhook may come as well; what is left is read back. */
function told(object: string, { survivorId, loserId }: Pair, remoteId: string, occurredAtMs: number): IncomingEvent[] {
  const facts = { object, payload: Buffer.from('{}'), contentType: 'application/json', occurredAtMs }
  const losers = [loserId, survivorId].filter(id => id !== remoteId)
  return [
    ...losers.map((id): IncomingEvent => ({
      ...facts,
      type: `${object}.merged`,
      kind: 'merge',
      remoteId: id,
      mergedInto: remoteId,
      whole: true,
    })),
    { ...facts, type: `${object}.read`, kind: 'snapshot', remoteId, whole: false },
  ]
}

function unmerged(place: string, outcome: Exclude<Outcome, { kind: 'delivered' }>): ActRefusal {
  const why = 'reason' in outcome ? (outcome.reason ?? outcome.kind) : outcome.kind
  const isRefused = outcome.kind === 'rejected' || outcome.kind === 'gone' || outcome.kind === 'disconnected'
  return refusal(isRefused ? 'vendor_not_merged' : 'vendor_merge_unknown', { place, why })
}
