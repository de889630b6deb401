import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { findSuppressed, suppressedKey, suppressedRemote } from '#store/customers/suppression.ts'
import { type GoldenPolicy, sourceKeys } from './golden.ts'
import { type Owners, remoteText, type WorkItem } from './rows.ts'

/**
 * Drops, with their source records, the items of persons who were erased after their statement had been interpreted.
 * A remote record that belongs to a golden record of its own stays: it is another customer with a key in common.
 */
export async function withoutErased(
  tx: Tx,
  items: readonly WorkItem[],
  owners: Owners,
  parts: { key: Pick<HubKey, 'hashes'>; policy: GoldenPolicy },
): Promise<readonly WorkItem[]> {
  const texts = new Map(items.map(item => [item, textsOf(item, owners, parts.policy)]))
  const suppressed = await findSuppressed(tx, parts.key, [...texts.values()].flat())
  const isErased = (item: WorkItem): boolean => texts.get(item)?.some(text => suppressed.has(text)) === true
  const gone = items.filter(isErased)
  if (gone.length === 0) return items
  const keys = gone.map(({ system, object, remoteId }) => ({ system, object, remote_id: remoteId }))
  await sql`
    delete from source_record s using json_to_recordset(${storedJson(keys)}::json) as t(system text, object text, remote_id text)
    where s.system = t.system and s.object = t.object and s.remote_id = t.remote_id
  `.execute(tx)
  return items.filter(item => !isErased(item))
}

function textsOf(item: WorkItem, owners: Owners, policy: GoldenPolicy): string[] {
  if (owners.remotes.has(remoteText(item.system, item.object, item.remoteId))) return []
  const keys = item.entity === 'person' ? sourceKeys(item, policy) : []
  return [suppressedRemote(item), ...keys.map(({ kind, value }) => suppressedKey(kind, value))]
}
