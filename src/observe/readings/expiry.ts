import { sql } from 'kysely'
import type { Reading } from './reading.ts'

/** Credentials with a known end. Tokens that the hub renews by itself are none: when that fails, their system is disconnected. */
export const expiryReading: Reading = {
  name: 'expiry',
  freshMs: 30_000,
  async take({ config, database, metrics }) {
    const { rows } = await sql<{ name: string; ends: number }>`
      select name, extract(epoch from max(expires_at))::float8 as ends from api_token
      where expires_at is not null and revoked_at is null group by name order by 2 limit 1000
    `.execute(database.kysely)
    metrics.credentialExpiry.replace(
      rows.map(({ name, ends }) => [{ system: '', credential: `api token ${name}` }, ends]),
    )
    for (const { name, credentialsExpireMs } of Object.values(config.systems)) {
      if (credentialsExpireMs !== undefined)
        metrics.credentialExpiry.set({ system: name, credential: 'credentials' }, credentialsExpireMs / 1000)
    }
  },
}
