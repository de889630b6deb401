import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { ApiTokenTable } from '#store/schema/operation.ts'
import type { Db } from '#store/database.ts'
import type { Scope } from './scopes.ts'

export type TokenRow = Selectable<ApiTokenTable>

const PREFIX = 'pb_'
const RANDOM_BYTES = 32
const USE_NOTED_EVERY_MS = 60_000
/** Any number that nothing else locks: the letters "PTOK". */
const FIRST_TOKEN_LOCK = 0x50544f4b

/** A fresh token value: 256 random bits, so that its plain SHA-256 is enough to keep. */
export function newTokenValue(): string {
  return PREFIX + randomBytes(RANDOM_BYTES).toString('base64url')
}

export function hashToken(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}

/** Stores a token by its hash; the value itself is known only to the caller. */
export async function createToken(
  db: Db,
  token: { id: string; name: string; scopes: readonly Scope[]; expiresAt?: Date },
): Promise<{ value: string; row: TokenRow }> {
  const value = newTokenValue()
  const row = await db
    .insertInto('api_token')
    .values({
      id: token.id,
      name: token.name,
      hash: hashToken(value),
      scopes: [...token.scopes],
      expires_at: token.expiresAt ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { value, row }
}

/** The token behind a value, if it is live; notes its use at most once a minute. */
export async function findToken(db: Db, value: string, nowMs: number): Promise<TokenRow | undefined> {
  if (!value.startsWith(PREFIX)) return undefined
  const row = await db.selectFrom('api_token').selectAll().where('hash', '=', hashToken(value)).executeTakeFirst()
  if (!row || row.revoked_at || (row.expires_at && row.expires_at.getTime() <= nowMs)) return undefined
  if (!row.last_used_at || nowMs - row.last_used_at.getTime() > USE_NOTED_EVERY_MS) {
    await db
      .updateTable('api_token')
      .set({ last_used_at: new Date(nowMs) })
      .where('id', '=', row.id)
      .execute()
  }
  return row
}

/**
 * The first admin token: made when there is no token at all (first start), so that its value can be shown once.
 * Undefined when the hub has tokens already; of several processes that start together one makes it.
 */
export async function createFirstToken(db: Db, id: string): Promise<string | undefined> {
  return await db.transaction().execute(async tx => {
    await sql`select pg_advisory_xact_lock(${FIRST_TOKEN_LOCK})`.execute(tx)
    const any = await tx.selectFrom('api_token').select('id').limit(1).executeTakeFirst()
    if (any) return undefined
    const { value } = await createToken(tx, { id, name: 'first start', scopes: ['admin'] })
    return value
  })
}
