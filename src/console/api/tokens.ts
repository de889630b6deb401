import { audit } from '../audit.ts'
import type { components } from '../api.gen.ts'
import type { ConsoleParts, Handlers } from '../handler.ts'
import { problem } from '../problem.ts'
import { isScope, SCOPES } from '../scopes.ts'
import { createToken } from '../tokens.ts'
import type { TokenRow } from '../tokens.ts'

export function createTokenHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'getMe' | 'listTokens' | 'createToken' | 'revokeToken'> {
  const { db } = parts
  return {
    getMe: ({ actor }) =>
      Promise.resolve({ name: actor.name, scopes: SCOPES.filter(scope => actor.scopes.has(scope)) }),

    async listTokens() {
      const rows = await db.selectFrom('api_token').selectAll().orderBy('created_at', 'desc').limit(1_000).execute()
      return { items: rows.map(tokenShape) }
    },

    async createToken({ body, actor }) {
      const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt)
      if (expiresAt && expiresAt.getTime() <= parts.nowMs()) {
        return problem('api_token_ended', {}, [{ path: '/body/expiresAt', message: 'must be in the future' }])
      }
      const { value, row } = await createToken(db, {
        id: parts.uuid(),
        name: body.name,
        scopes: body.scopes,
        ...(expiresAt && { expiresAt }),
      })
      const detail = { name: body.name, scopes: body.scopes }
      await audit(db, { id: parts.uuid(), actor: actor.name, action: 'token.create', target: row.id, detail })
      return { ...tokenShape(row), value }
    },

    async revokeToken({ path, actor }) {
      const row = await db
        .updateTable('api_token')
        .set({ revoked_at: new Date(parts.nowMs()) })
        .where('id', '=', path.id)
        .returningAll()
        .executeTakeFirst()
      if (!row) return problem('api_token_unknown', { id: path.id })
      await audit(db, { id: parts.uuid(), actor: actor.name, action: 'token.revoke', target: row.id })
      return tokenShape(row)
    },
  }
}

function tokenShape(row: TokenRow): components['schemas']['Token'] {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes.filter(isScope),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}
