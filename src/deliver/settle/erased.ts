import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import type { Db } from '#store/database.ts'
import { suppress, suppressedRemote } from '#store/customers/suppression.ts'
import type { SettleRow } from './settle-row.ts'

/** A person was erased while a call for them was under way: the remote record that it made, known only now, is kept out too. */
export async function keepErasedOut(db: Db, key: Pick<HubKey, 'hashes'>, rows: readonly SettleRow[]): Promise<void> {
  const { rows: erased } = await sql<{ id: string }>`
    select id from golden_record where id = any(${rows.map(row => row.goldenId)}::uuid[]) and state = 'erased'
  `.execute(db)
  const ids = new Set(erased.map(({ id }) => id))
  const made = rows.flatMap(({ system, object, remoteId, goldenId }) =>
    remoteId === undefined || !ids.has(goldenId) ? [] : [suppressedRemote({ system, object, remoteId })],
  )
  await suppress(db, key, made, 'erasure')
}
