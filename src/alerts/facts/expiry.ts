import { X509Certificate } from 'node:crypto'
import type { HubConfig } from '#config/config.ts'
import type { Db } from '#store/database.ts'

const DAY_MS = 24 * 60 * 60_000
/** Nothing further away is read. */
const AHEAD_MS = 30 * DAY_MS
/** A token of the REST API that nobody uses may end unheard. */
const USED_WITHIN_MS = 14 * DAY_MS

/** Something with a known end. */
export interface ExpiryFact {
  kind: 'certificate' | 'credentials' | 'token'
  system: string | undefined
  /** Name of the secret, the token or the host. */
  name: string
  endsAtMs: number
}

/** Ends that the configuration tells: in `credentialsExpire`, and certificates in PEM among the secrets. */
export function expiriesOf({ systems }: Pick<HubConfig, 'systems'>): ExpiryFact[] {
  return Object.values(systems).flatMap(({ name: system, credentialsExpireMs: endsAtMs, secrets }) => [
    ...(endsAtMs === undefined ? [] : [{ kind: 'credentials' as const, system, name: 'credentials', endsAtMs }]),
    ...Object.entries(secrets).flatMap(([name, [newest]]) => {
      const ends = newest === undefined ? undefined : endOfCertificate(newest)
      return ends === undefined ? [] : [{ kind: 'certificate' as const, system, name, endsAtMs: ends }]
    }),
  ])
}

function endOfCertificate(secret: string): number | undefined {
  if (!secret.includes('-----BEGIN CERTIFICATE-----')) return undefined
  try {
    return Date.parse(new X509Certificate(secret).validTo)
  } catch {
    return undefined
  }
}

/** Tokens of the REST API that are in use and end soon. */
export async function readTokenExpiries(db: Db, nowMs: number): Promise<ExpiryFact[]> {
  const rows = await db
    .selectFrom('api_token')
    .select(['name', 'expires_at'])
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(nowMs))
    .where('expires_at', '<', new Date(nowMs + AHEAD_MS))
    .where('last_used_at', '>', new Date(nowMs - USED_WITHIN_MS))
    .limit(100)
    .execute()
  return rows.flatMap(({ name, expires_at: end }) =>
    end === null ? [] : [{ kind: 'token' as const, system: undefined, name, endsAtMs: end.getTime() }],
  )
}
