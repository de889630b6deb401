import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import { audit } from '../../audit.ts'
import type { components } from '../../api.gen.ts'
import type { Call, ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import type { Problem } from '../../problem.ts'
import { isProblem } from '../../problem.ts'
import { makeConfirm, readConfirm } from '../selection.ts'

type Brake = components['schemas']['Brake']
const SAMPLE = 20

export function createBrakeHandlers(parts: ConsoleParts): Pick<Handlers, 'releaseBrake' | 'discardBrake'> {
  return {
    releaseBrake: call => endBrake(parts, 'release', call),
    discardBrake: call => endBrake(parts, 'discard', call),
  }
}

/** Shows what is held with samples, then, confirmed, lets it go or throws it away. */
async function endBrake(
  parts: ConsoleParts,
  act: 'release' | 'discard',
  { path, body, actor }: Call<'releaseBrake'> | Call<'discardBrake'>,
): Promise<ReplyOf<'releaseBrake'> | Problem> {
  const { system, object } = path
  const { cause, dryRun = true, confirm } = body
  const target = { system, object, ...(cause !== undefined && { cause }) }
  const brakes = (await readBrakes(parts.db)).filter(
    brake => brake.system === system && brake.object === object && (cause === undefined || brake.cause === cause),
  )
  if (dryRun) {
    const count = brakes.reduce((sum, brake) => sum + brake.held, 0)
    const text = makeConfirm(parts.signer, act, target, { count, untilId: undefined }, parts.nowMs())
    return { dryRun, count, brakes, sample: await readSample(parts.db, target), confirm: text }
  }
  const confirmed = readConfirm(parts.signer, act, target, confirm, parts.nowMs())
  if (isProblem(confirmed)) return confirmed
  const run = act === 'release' ? parts.actions.releaseBrake : parts.actions.discardBrake
  const count = await run(system, object, actor.name, cause)
  const detail = { count, causes: brakes.map(brake => brake.cause) }
  await audit(parts.db, {
    id: parts.uuid(),
    actor: actor.name,
    action: `brake.${act}`,
    target: `${system}/${object}`,
    detail,
  })
  return { dryRun, count, brakes, sample: [] }
}

/** Brakes that are on, with what each holds. */
export async function readBrakes(db: Db): Promise<Brake[]> {
  const { rows } = await sql<Omit<Brake, 'trippedAt'> & { trippedAt: Date }>`
    select b.system, b.object, b.cause, b.changed, b.limited_to as limit, b.tripped_at as "trippedAt",
      (select count(*)::int from delivery d where d.system = b.system and d.object = b.object and d.state = 'held' and d.reason = 'brake'
        and d.cause = b.cause) as held
    from brake b where b.state = 'on' order by b.system, b.object, b.tripped_at
  `.execute(db)
  return rows.map(row => ({ ...row, trippedAt: row.trippedAt.toISOString() }))
}

async function readSample(
  db: Db,
  { system, object, cause }: { system: string; object: string; cause?: string },
): Promise<ReplyOf<'releaseBrake'>['sample']> {
  const { rows } = await sql<{ golden_id: string; entity: string; cause: string | null; detail: unknown }>`
    select golden_id, entity, cause, detail from delivery
    where system = ${system} and object = ${object} and state = 'held' and reason = 'brake' and (${cause ?? null}::text is null or cause = ${cause ?? null})
    limit ${SAMPLE}
  `.execute(db)
  return rows.map(row => {
    const { would, members } = isJsonObject(row.detail) ? row.detail : {}
    return {
      goldenId: row.golden_id,
      entity: row.entity,
      cause: row.cause,
      would: typeof would === 'string' ? would : 'change',
      members: Array.isArray(members) ? members.map(String) : [],
    }
  })
}
