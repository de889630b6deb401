import { sql } from 'kysely'
import { FACTS } from '#model/entities.ts'
import type { Entity } from '#model/entities.ts'
import { isJsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { readShared, type RemoteKey, sharedEvents, type SharedRemote } from './shared.ts'

/** Everything in the hub that belongs to one person, as ids. */
export interface PersonScope {
  /** The golden person, those merged into it, and its facts (calls, mails, form posts): they are the person's alone. */
  goldenIds: readonly string[]
  /** Orders, tickets and the like that name the person: they stay, without their personal fields. */
  linked: readonly { id: string; entity: Entity }[]
  remote: readonly RemoteKey[]
  linkedRemote: readonly RemoteKey[]
  /** Of others, who were once taken for the person: what was written there then may be the person's. */
  shared: readonly SharedRemote[]
  sharedEventIds: readonly string[]
  keys: readonly { entity: string; kind: string; value: string }[]
  eventIds: readonly string[]
  requestIds: readonly string[]
  attemptIds: readonly string[]
  /** Texts by which the person is found where no id tells. */
  sought: readonly string[]
}

const FACT_ENTITIES: readonly string[] = FACTS
/** Values shorter than this are too common to look for in excerpts of calls and in events. */
const SOUGHT_LENGTH_MIN = 6

/** An earlier look: the attempts that it found, and when. */
interface EarlierLook {
  attemptIds: readonly string[]
  atMs: number
}

/** Attempts are stored when their call ends: what was begun so long before a look may have come after it. */
const CALL_MS_MAX = 15 * 60_000

/**
 * Reads what belongs to a person; undefined when the id is no golden person that still has data. After an earlier look
 * only newer attempts are searched, which makes the second look short.
 */
export async function readPersonScope(db: Db, id: string, earlier?: EarlierLook): Promise<PersonScope | undefined> {
  const person = await db
    .selectFrom('golden_record')
    .select(['id', 'fields'])
    .where('id', '=', id)
    .where('entity', '=', 'person')
    .where('state', 'in', ['active', 'withdrawn'])
    .executeTakeFirst()
  if (!person) return undefined
  const merged = await sql<{ id: string }>`
    with recursive loser as (
      select id from golden_record where id = ${id}
      union select log.loser_id from merge_log log join loser on log.winner_id = loser.id where log.undone_at is null)
    select id from loser`.execute(db)
  const losers = merged.rows.map(row => row.id)
  const links = await db
    .selectFrom('golden_link as link')
    .innerJoin('golden_record as golden', 'golden.id', 'link.from_id')
    .select(['golden.id', 'golden.entity'])
    .distinct()
    .where('link.to_id', 'in', losers)
    .where('golden.entity', '!=', 'person')
    .where('golden.entity', '!=', 'account')
    .execute()
  const facts = links.filter(link => FACT_ENTITIES.includes(link.entity)).map(link => link.id)
  const linked = links.filter(link => !FACT_ENTITIES.includes(link.entity))
  const goldenIds = [...losers, ...facts]
  const [remote, linkedRemote, shared, keys] = await Promise.all([
    remoteKeys(db, goldenIds),
    remoteKeys(
      db,
      linked.map(link => link.id),
    ),
    readShared(db, goldenIds),
    db.selectFrom('identity_key').select(['entity', 'kind', 'value']).where('golden_id', 'in', goldenIds).execute(),
  ])
  const events = await eventsOf(db, [...remote, ...linkedRemote])
  const sought = longEnough([...keys.map(key => key.value), ...mailsAndPhones(person.fields)])
  const attemptIds = await attemptsOf(db, {
    goldenIds: [...goldenIds, ...linked.map(link => link.id)],
    sought: [id, ...sought, ...longEnough(remote.map(key => key.remote_id))],
    sinceMs: earlier === undefined ? 0 : earlier.atMs - CALL_MS_MAX,
  })
  return {
    goldenIds,
    linked,
    remote,
    linkedRemote,
    shared,
    sharedEventIds: await sharedEvents(db, shared, sought),
    keys,
    eventIds: events.map(event => event.id),
    requestIds: [...new Set(events.flatMap(event => event.request_id ?? []))],
    attemptIds: [...new Set([...(earlier?.attemptIds ?? []), ...attemptIds])],
    sought,
  }
}

async function remoteKeys(db: Db, goldenIds: readonly string[]): Promise<RemoteKey[]> {
  if (goldenIds.length === 0) return []
  return await db
    .selectFrom('remote_record')
    .select(['system', 'object', 'remote_id'])
    .where('golden_id', 'in', [...goldenIds])
    .execute()
}

async function eventsOf(db: Db, remote: readonly RemoteKey[]) {
  const found = await sql<{ id: string; request_id: string | null }>`
    select event.id, event.request_id from event
    join json_to_recordset(${JSON.stringify(remote)}::json) as key(system text, object text, remote_id text)
      using (system, object, remote_id)`.execute(db)
  return found.rows
}

/** Attempts carry no golden ids: the newest ones are known by their deliveries, older ones by what stands in their excerpts. */
async function attemptsOf(
  db: Db,
  person: { goldenIds: readonly string[]; sought: readonly string[]; sinceMs: number },
): Promise<string[]> {
  const patterns = person.sought.map(text => `%${text.replace(/[\\%_]/g, '\\$&')}%`)
  const found = await sql<{ id: string }>`
    select unnest(attempt_ids) as id from delivery where golden_id = any(${[...person.goldenIds]}::uuid[])
    union select id from attempt where id >= ${uuidOfMs(person.sinceMs)} and exchanges::text ilike any(${patterns}::text[])
    order by id`.execute(db)
  return found.rows.map(row => row.id)
}

function longEnough(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter(text => text.length >= SOUGHT_LENGTH_MIN)
}

/** Mails and phones anywhere in the golden fields, also those that are no strong keys. */
function mailsAndPhones(value: unknown): string[] {
  if (typeof value === 'string') return /@|^\+\d{6,}$/.test(value) ? [value] : []
  if (Array.isArray(value)) return value.flatMap(mailsAndPhones)
  return isJsonObject(value) ? Object.values(value).flatMap(mailsAndPhones) : []
}

/** Rows by table, for the dry run and the proof. */
export function countScope(scope: PersonScope): Record<string, number> {
  return {
    golden_record: scope.goldenIds.length,
    golden_record_stripped: scope.linked.length,
    remote_record: scope.remote.length + scope.linkedRemote.length,
    remote_record_stripped: scope.shared.length,
    identity_key: scope.keys.length,
    event: scope.eventIds.length + scope.sharedEventIds.length,
    request: scope.requestIds.length,
    attempt: scope.attemptIds.length,
  }
}
