import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import type { RawRequest, RefusalCode } from '#connector/kit.ts'
import type { Ids } from '#model/ids.ts'
import type { Log } from '#observe/log.ts'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { sealRefused } from './refused-request.ts'

const WAITING_MAX = 200
const BODY_BYTES_MAX = 1024 * 1024

export interface Refusals {
  /** Keeps a refused request, if there is room; never delays or fails the answer. */
  keep(system: string, code: RefusalCode, raw: RawRequest, traceId: string): void
  close(): Promise<void>
}

/**
 * Refused requests are kept sealed, at most `keptPerSystem` of each system, so that they can be verified again after
 * a secret is corrected. A flood of them may lose some: they were never acknowledged.
 */
export function createRefusals(
  database: Database,
  key: Pick<HubKey, 'seal'>,
  ids: Ids,
  keptPerSystem: number,
  log: Log,
): Refusals {
  const waiting: { id: string; system: string; code: RefusalCode; raw: RawRequest; traceId: string }[] = []
  let running: Promise<void> = Promise.resolve()

  async function flush(): Promise<void> {
    const batch = waiting.splice(0)
    if (batch.length === 0) return
    const rows = batch.map(({ id, system, code, raw, traceId }) => {
      const { sealed, keyId } = sealRefused(key, raw)
      return {
        id,
        system,
        code,
        method: raw.method,
        body_bytes: raw.body.length,
        sealed: sealed.toString('hex'),
        key_id: keyId,
        trace_id: traceId,
      }
    })
    await sql`
      insert into refused_request (id, system, code, method, path, body_bytes, sealed, key_id, trace_id, received_at)
      select id, system, code, method, '', body_bytes, decode(sealed, 'hex'), key_id, trace_id, now()
      from json_to_recordset(${storedJson(rows)}::json) as t(id uuid, system text, code text, method text, body_bytes int, sealed text, key_id text, trace_id text)
    `.execute(database.kysely)
    for (const system of new Set(batch.map(row => row.system))) {
      await sql`
        delete from refused_request where system = ${system} and id <= (
          select id from refused_request where system = ${system} order by id desc offset ${keptPerSystem} limit 1)
      `.execute(database.kysely)
    }
  }

  return {
    keep(system, code, raw, traceId) {
      if (waiting.length >= WAITING_MAX || raw.body.length > BODY_BYTES_MAX) return
      waiting.push({ id: ids.uuid(), system, code, raw, traceId })
      if (waiting.length > 1) return
      running = running
        .then(flush)
        .catch((error: unknown) => log.warn({ err: error }, 'refused requests could not be kept'))
    },
    close: () => running,
  }
}
