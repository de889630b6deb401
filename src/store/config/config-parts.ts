import { sql } from 'kysely'
import type { Tx } from '../database.ts'
import { storedJson } from '../stored-json.ts'

/** A part of the configuration that golden records are planned or computed by. */
export interface ConfigPart {
  /** `route:<name>`, `mapping:<name>`, `policy`, `policy:<entity>`, `config`. */
  name: string
  hash: string
  /** What follows when it changed. */
  work: 'plan' | 'compute'
  /** Whether that follows also when it is new. A mapping that is used for the first time comes with a route that says so. */
  whenNew: boolean
  entities: readonly string[]
}

export interface NewBackfill {
  id: string
  /** Plan or compute golden records again, or map stored events again. */
  kind: 'plan' | 'compute' | 'map'
  /** Whose golden records; of kind map `<system>/<object>`. */
  entity: string
  cause: string
}

/**
 * Compares the parts with those applied last, and remembers them. Returns the backfills that what is new or changed asks
 * for; the first time none, since all that is there was made by these.
 */
export async function applyParts(
  tx: Tx,
  parts: readonly ConfigPart[],
  newId: () => string,
): Promise<readonly NewBackfill[]> {
  const { rows } = await sql<{ name: string; hash: string }>`select name, hash from config_part`.execute(tx)
  const known = new Map(rows.map(row => [row.name, row.hash]))
  const differing = parts.filter(part => known.get(part.name) !== part.hash)
  const gone = rows.filter(row => !parts.some(part => part.name === row.name)).map(row => row.name)
  if (gone.length > 0) await sql`delete from config_part where name = any(${gone}::text[])`.execute(tx)
  if (differing.length > 0) {
    await sql`
      insert into config_part (name, hash) select name, hash from json_to_recordset(${storedJson(differing)}::json) as t(name text, hash text)
      on conflict (name) do update set hash = excluded.hash
    `.execute(tx)
  }
  if (known.size === 0) return []
  const backfills = differing
    .filter(part => part.whenNew || known.has(part.name))
    .flatMap(({ name, work: kind, entities }) =>
      entities.map(entity => ({ id: newId(), kind, entity, cause: name.startsWith('policy') ? 'policy' : name })),
    )
  return [
    ...new Map(backfills.map(backfill => [`${backfill.kind} ${backfill.entity} ${backfill.cause}`, backfill])).values(),
  ]
}

/** Stores backfills for a revision; one of the same cause that is under way begins again. */
export async function startBackfills(tx: Tx, backfills: readonly NewBackfill[], revision: number): Promise<void> {
  if (backfills.length === 0) return
  await sql`
    insert into backfill (id, kind, entity, cause, revision)
    select id, kind, entity, cause, ${revision} from json_to_recordset(${storedJson(backfills)}::json) as t(id uuid, kind text, entity text, cause text)
    on conflict (kind, entity, cause) where ended_at is null do update set position = null, done = 0, revision = excluded.revision, started_at = now()
  `.execute(tx)
}
