import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import type { Db, Tx } from '../database.ts'
import { uuidOfMs } from '../partitions.ts'
import { storedJson } from '../stored-json.ts'

/** The advisory lock that every batch of a stage shares, and an erasure holds alone. */
export const ERASURE_LOCK = [0x7061_7463, 0x6572_6173] as const
/** Events are made with their request: only ids of so long after it are looked at. */
const EVENTS_AFTER_REQUEST_MS = 60_000

/** For statements that are made anyway: costs next to nothing while the table is empty. */
export const SUPPRESSING = sql<boolean>`exists (select from suppression)`

/** The text whose keyed hash keeps a remote record out. */
export function suppressedRemote(key: { system: string; object: string; remoteId: string }): string {
  return `remote\n${key.system}\n${key.object}\n${key.remoteId}`
}

/** The text whose keyed hash keeps a strong key of a person out. */
export function suppressedKey(kind: string, value: string): string {
  return `key\n${kind}\n${value}`
}

/**
 * Waits for the batches under way and holds up new ones to the end of the transaction: what a batch has read is then
 * either stored, and in sight of the erasure, or not read yet, and refused by what the erasure leaves behind. Acts of
 * people take it too: they decide by what no batch may change under them.
 */
export async function lockAlone(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ERASURE_LOCK[0]}, ${ERASURE_LOCK[1]})`.execute(tx)
}

/** Whether anybody was ever erased; nothing else needs to be looked at before. */
export async function anySuppressed(db: Db): Promise<boolean> {
  const { rows } = await sql<{ suppressing: boolean }>`select ${SUPPRESSING} as suppressing`.execute(db)
  return rows[0]?.suppressing === true
}

/** From now on what bears one of these texts is kept out. */
export async function suppress(
  db: Db,
  key: Pick<HubKey, 'hashes'>,
  texts: readonly string[],
  reason: string,
): Promise<void> {
  if (texts.length === 0) return
  await db
    .insertInto('suppression')
    .values(texts.map(text => ({ hash: key.hashes('suppression', text)[0], reason })))
    .onConflict(conflict => conflict.column('hash').doNothing())
    .execute()
}

/** Those of the texts that stand for an erased person, whichever live key they were hashed with. */
export async function findSuppressed(
  db: Db,
  key: Pick<HubKey, 'hashes'>,
  texts: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const byHash = new Map<string, string>()
  for (const text of new Set(texts)) {
    for (const hash of key.hashes('suppression', text)) byHash.set(hash.toString('hex'), text)
  }
  if (byHash.size === 0) return new Set()
  const { rows } = await sql<{ hash: string }>`
    select encode(hash, 'hex') as hash from suppression
    where hash in (select decode(t, 'hex') from json_array_elements_text(${JSON.stringify([...byHash.keys()])}::json) t)
  `.execute(db)
  return new Set(rows.flatMap(row => byHash.get(row.hash) ?? []))
}

export interface BlankedEvent {
  id: string
  /** True when the event is about the erased person alone: its ids go too. */
  whole: boolean
}

/**
 * Takes the content out of events of erased persons, and out of their requests where no other event stands for its body.
 * How the event ended is for the caller to say.
 */
export async function blankEvents(db: Db, events: readonly BlankedEvent[]): Promise<void> {
  if (events.length === 0) return
  const ids = events.map(event => event.id).sort()
  const { rows } = await sql<{ request_id: string | null }>`
    update event e set payload = ''::bytea, content_type = null, detail = null, notes = null, author = null, vendor_event_id = null,
      remote_id = case when t.whole then null else e.remote_id end, merged_into = case when t.whole then null else e.merged_into end
    from json_to_recordset(${storedJson(events)}::json) as t(id uuid, whole boolean)
    where e.id = t.id and e.id between ${ids[0]}::uuid and ${ids.at(-1)}::uuid returning e.request_id
  `.execute(db)
  const requests = [...new Set(rows.flatMap(row => row.request_id ?? []))]
  if (requests.length === 0) return
  const bounded = requests.map(id => ({ id, until: uuidOfMs(timeOf(id) + EVENTS_AFTER_REQUEST_MS) }))
  await sql`
    update request r set body = ''::bytea, headers = '{}', path = ''
    from json_to_recordset(${JSON.stringify(bounded)}::json) as t(id uuid, until uuid)
    where r.id = t.id and not exists (
      select from event e where e.request_id = t.id and e.id > t.id and e.id < t.until and e.payload is null)
  `.execute(db)
}

/** Milliseconds since 1970 of a uuid v7. */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
}
