import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import type { components } from '../../api.gen.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem, refused } from '../../problem.ts'

type HeldDeletes = components['schemas']['HeldDeletes']

const SAMPLE = 20

/** Deletes that a comparison of ids found, and that are too many to be done without a person's word. */
export function createHeldDeleteHandlers({ db, actions }: ConsoleParts): Pick<Handlers, 'decideHeldDeletes'> {
  return {
    async decideHeldDeletes({ path: { system, object }, body: { verdict, dryRun = true }, actor }) {
      const [held] = (await readHeldDeletes(db)).filter(row => row.system === system && row.object === object)
      if (held === undefined) return problem('no_held_deletes', { system, object })
      const { system: _, object: __, ...counts } = held
      if (dryRun) return { dryRun, held: counts, sample: await readSample(db, system, object), deleted: 0 }
      const done = await actions.decideHeldDeletes({ system, object, verdict, by: actor.name })
      if (!done.ok) return refused(done)
      return { dryRun, held: counts, sample: [], deleted: done.deleted }
    },
  }
}

/** All that are held, without their ids. */
export async function readHeldDeletes(db: Db): Promise<({ system: string; object: string } & HeldDeletes)[]> {
  const { rows } = await sql<{ system: string; object: string; held: Json }>`
    select system, object, compare_held - 'ids' || jsonb_build_object('missing', jsonb_array_length(compare_held -> 'ids')) as held
    from system_object where compare_held is not null order by system, object
  `.execute(db)
  return rows.flatMap(({ system, object, held }) => {
    const shape = heldShape(held)
    return shape === null ? [] : [{ system, object, ...shape }]
  })
}

/** From the column, with or without its ids. */
export function heldShape(held: Json): HeldDeletes | null {
  if (!isJsonObject(held)) return null
  const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0)
  return {
    at: new Date(number(held.atMs)).toISOString(),
    known: number(held.known),
    listed: number(held.listed),
    missing: Array.isArray(held.ids) ? held.ids.length : number(held.missing),
  }
}

async function readSample(db: Db, system: string, object: string) {
  const { rows } = await sql<{ remoteId: string; goldenId: string | null }>`
    select r.remote_id as "remoteId", r.golden_id as "goldenId" from system_object o
    cross join lateral (select value from jsonb_array_elements_text(o.compare_held -> 'ids') value limit ${SAMPLE}) held
    join remote_record r on r.system = o.system and r.object = o.object and r.remote_id = held.value
    where o.system = ${system} and o.object = ${object}
  `.execute(db)
  return rows
}
