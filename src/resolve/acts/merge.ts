import { sql } from 'kysely'
import { type ActResult, refusal } from '#model/act.ts'
import type { JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { type PrimaryCandidate, primaryOf } from '#rules/primary.ts'
import { computeGolden, type GoldenPolicy } from '../golden.ts'
import { commitMerges } from '../merges.ts'
import { readNever, type StoredGolden } from '../rows.ts'
import { type Act, type ActParts, checkPair, findCustomers, recompute, runAct } from './act.ts'

/** What a merge does, before it is done. Fields are those of the surviving golden record that would change. */
export interface MergePreview {
  winnerId: string
  loserId: string
  winner: { entity: string; fields: JsonObject }
  loser: { entity: string; fields: JsonObject }
  merged: { entity: string; fields: JsonObject }
  remoteRecords: {
    system: string
    object: string
    remoteId: string
    goldenId: string
    isPrimary: boolean
    /** It lives beside the primary one, and is no longer written. */
    isDuplicate: boolean
  }[]
  deliveries: { system: string; object: string; goldenId: string; state: string; becomes: 'ended' | 'planned' }[]
}

interface MergeRequest {
  winnerId: string
  loserId: string
  by: string
}

/** Makes two customers one: the loser's remote records, keys and links go to the winner, its deliveries end. */
export async function mergeCustomers(
  parts: ActParts,
  request: MergeRequest & { dryRun?: boolean },
): Promise<ActResult<{ dryRun: boolean; preview: MergePreview; mergeId?: string }>> {
  const { dryRun = false, by, winnerId } = request
  return await runAct(parts, { by, action: 'customer.merge', target: winnerId }, async act => {
    const looked = await lookAtPair(act, winnerId, request.loserId)
    if (!looked.ok) return looked
    const preview = await previewMerge(parts.policy, act, looked.winner, looked.loser)
    if (dryRun) return { ok: true, dryRun, preview }
    const mergeId = await mergePair(parts, act, winnerId, request.loserId)
    act.note({ loserId: request.loserId, mergeId })
    return { ok: true, dryRun, preview, mergeId }
  })
}

async function lookAtPair(
  act: Act,
  winnerId: string,
  loserId: string,
): Promise<ActResult<{ winner: StoredGolden; loser: StoredGolden }>> {
  const found = await findCustomers(act, [winnerId, loserId])
  if (!found.ok) return found
  const [winner, loser] = found.goldens
  const wrong = checkPair([winner, loser])
  if (wrong !== undefined || winner === undefined || loser === undefined) return wrong ?? refusal('pair_unknown', {})
  if ((await readNever(act.tx, [winnerId, loserId])).length > 0) return refusal('pair_never', {})
  return { ok: true, winner, loser }
}

/** Merges two customers that may be merged. Returns the id of the log entry, by which it can be undone. */
export async function mergePair(parts: ActParts, act: Act, winnerId: string, loserId: string): Promise<string> {
  const logId = parts.ids.uuid()
  const linking = await commitMerges(act.tx, [{ winnerId, loserId, cause: `person:${act.by}`, logId }])
  await recompute(parts, act, [winnerId])
  act.plan(linking)
  return logId
}

async function previewMerge(
  policy: GoldenPolicy,
  act: Act,
  winner: StoredGolden,
  loser: StoredGolden,
): Promise<MergePreview> {
  const together = {
    ...winner,
    sources: [...winner.sources, ...loser.sources],
    steward: { ...loser.steward, ...winner.steward },
  }
  const computed = computeGolden(winner.id, winner.entity, together.sources, together, policy)
  const after = computed?.fields ?? winner.fields
  const names = [...new Set([...Object.keys(winner.fields), ...Object.keys(after)])].filter(
    name => !jsonEqual(winner.fields[name], after[name]),
  )
  const only = (fields: JsonObject) => ({
    entity: winner.entity,
    fields: Object.fromEntries(names.flatMap(name => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
  })
  return {
    winnerId: winner.id,
    loserId: loser.id,
    winner: only(winner.fields),
    loser: only(loser.fields),
    merged: only(after),
    ...(await readPlaces(act, winner.id, loser.id)),
  }
}

interface RemoteColumns {
  system: string
  object: string
  remote_id: string
  golden_id: string
  dead: boolean
  chosen: boolean
  written: boolean
  linked_ms: number
}

/** Where the two are, and what would be primary then. */
async function readPlaces(
  { tx }: Act,
  winnerId: string,
  loserId: string,
): Promise<Pick<MergePreview, 'remoteRecords' | 'deliveries'>> {
  const remotes = await sql<RemoteColumns>`
    select system, object, remote_id, golden_id, tombstone_at is not null or alias_of is not null as dead, primary_by is not null as chosen,
      sent is not null as written, (extract(epoch from linked_at) * 1000)::float8 as linked_ms
    from remote_record where golden_id in (${winnerId}, ${loserId}) order by system, object, remote_id
  `.execute(tx)
  const deliveries = await sql<{ system: string; object: string; golden_id: string; state: string }>`
    select system, object, golden_id, state from delivery where golden_id in (${winnerId}, ${loserId}) order by system, object, golden_id
  `.execute(tx)
  const candidates = remotes.rows.map((row): RemoteColumns & PrimaryCandidate => ({
    ...row,
    remoteId: row.remote_id,
    isDead: row.dead,
    isChosen: row.chosen,
    isWritten: row.written,
    linkedAtMs: row.linked_ms,
  }))
  const primaries = new Set(
    [...Map.groupBy(candidates, row => `${row.system}\n${row.object}`).values()].map(place => primaryOf(place)),
  )
  return {
    remoteRecords: candidates.map(row => ({
      system: row.system,
      object: row.object,
      remoteId: row.remoteId,
      goldenId: row.golden_id,
      isPrimary: primaries.has(row),
      isDuplicate: !row.isDead && !primaries.has(row),
    })),
    deliveries: deliveries.rows.map(row => ({
      system: row.system,
      object: row.object,
      goldenId: row.golden_id,
      state: row.state,
      becomes: row.golden_id === loserId ? 'ended' : 'planned',
    })),
  }
}
