import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import type { TokenStore } from '#connector/kit.ts'
import type { Database } from '#store/database.ts'

const EXPIRES_SOON_MS = 30_000
const LOCK_CLASS = 0x7061_746b

type Obtain = Parameters<TokenStore['get']>[1]

/**
 * Tokens that connectors obtain at run time: sealed in the database, remembered in memory, and refreshed by one caller
 * at a time across processes (an advisory lock per system and name).
 */
export function createTokenStores(
  database: Database,
  key: Pick<HubKey, 'seal' | 'open'>,
  nowMs: () => number,
): (system: string) => TokenStore {
  const remembered = new Map<string, { value: string; expiresAtMs: number }>()
  const refreshing = new Map<string, Promise<string>>()

  function usable(
    token: { value: string; expiresAtMs: number } | undefined,
    rejected: string | undefined,
  ): string | undefined {
    if (token === undefined || token.value === rejected || token.expiresAtMs - EXPIRES_SOON_MS < nowMs())
      return undefined
    return token.value
  }

  async function refresh(system: string, name: string, obtain: Obtain, rejected: string | undefined): Promise<string> {
    const context = `token ${system} ${name}`
    return await database.transaction(async tx => {
      await sql`select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(${context}))`.execute(tx)
      const { rows } = await sql<{ sealed: Buffer; key_id: string; expires_ms: number | null }>`
        select sealed, key_id, (extract(epoch from expires_at) * 1000)::float8 as expires_ms from system_token where system = ${system} and name = ${name}
      `.execute(tx)
      const [row] = rows
      const opened = row === undefined ? undefined : key.open(row.sealed, row.key_id, context)
      const stored =
        opened === undefined
          ? undefined
          : { value: opened.toString(), expiresAtMs: row?.expires_ms ?? Number.POSITIVE_INFINITY }
      const value = usable(stored, rejected)
      if (stored !== undefined && value !== undefined) {
        remembered.set(context, stored)
        return value
      }
      const obtained = await obtain()
      const { sealed, keyId } = key.seal(Buffer.from(obtained.value), context)
      const expiresAt = obtained.expiresAtMs === undefined ? null : new Date(obtained.expiresAtMs)
      await sql`
        insert into system_token (system, name, sealed, key_id, expires_at) values (${system}, ${name}, ${sealed}, ${keyId}, ${expiresAt})
        on conflict (system, name) do update set sealed = excluded.sealed, key_id = excluded.key_id, expires_at = excluded.expires_at, updated_at = now()
      `.execute(tx)
      remembered.set(context, { value: obtained.value, expiresAtMs: obtained.expiresAtMs ?? Number.POSITIVE_INFINITY })
      return obtained.value
    })
  }

  return system => ({
    async get(name, obtain, rejected) {
      const context = `token ${system} ${name}`
      const value = usable(remembered.get(context), rejected)
      if (value !== undefined) return value
      const running = refreshing.get(context)
      if (running !== undefined) return await running
      const refreshed = refresh(system, name, obtain, rejected).finally(() => refreshing.delete(context))
      refreshing.set(context, refreshed)
      return await refreshed
    },
  })
}
