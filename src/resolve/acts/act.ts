import { type ActRefusal, refusal } from '#model/act.ts'
import { entityModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import type { Ids } from '#model/ids.ts'
import { goldenShard } from '#model/shard.ts'
import type { Stage } from '#model/stages.ts'
import type { Database, Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { lockAlone } from '#store/customers/suppression.ts'
import { commitResolved } from '../commit.ts'
import { computeGolden, type GoldenPolicy } from '../golden.ts'
import { linksOf } from '../links.ts'
import { lockGoldens, type StoredGolden } from '../rows.ts'

export interface ActParts {
  database: Database
  policy: GoldenPolicy
  shards: number
  ids: Ids
  nowMs: () => number
  wake: (stage: Stage, shards: Iterable<number>) => void
}

/** What an act works with: its transaction, and the note of what must be planned after it. */
export interface Act {
  tx: Tx
  by: string
  /** Ids, counts and names of fields for the audit: never values. */
  note(detail: JsonObject): void
  /** These golden records are planned again when the act commits. */
  plan(goldenIds: Iterable<string>): void
}

const RETRIES = 5

/**
 * Runs an act of a person as one transaction that no batch of any stage runs beside: what it decides by cannot change under
 * it, and a batch that looked before cannot write after. Acts are rare and short; batches wait for them some milliseconds.
 * One that notes nothing has only looked: it is not audited.
 */
export async function runAct<Result extends { ok: boolean }>(
  parts: ActParts,
  { by, action, target }: { by: string; action: string; target: string },
  run: (act: Act) => Promise<Result>,
): Promise<Result> {
  let planned = new Set<string>()
  const result = await parts.database.transaction(
    async tx => {
      await lockAlone(tx)
      planned = new Set()
      let detail: JsonObject | undefined
      const done = await run({
        tx,
        by,
        note: given => void (detail = { ...detail, ...given }),
        plan: goldenIds => [...goldenIds].forEach(id => planned.add(id)),
      })
      if (!done.ok || detail === undefined) return done
      await planAll(parts, tx, by, planned)
      const row = { id: parts.ids.uuid(), actor: by, action, target, detail: storedJson(detail) }
      await tx.insertInto('audit').values(row).execute()
      return done
    },
    { retries: RETRIES },
  )
  if (result.ok) parts.wake('plan', new Set([...planned].map(id => goldenShard(id, parts.shards))))
  return result
}

async function planAll(parts: ActParts, tx: Tx, by: string, goldenIds: ReadonlySet<string>): Promise<void> {
  const traceId = parts.ids.traceId()
  const plans = [...goldenIds].map(goldenId => ({ goldenId, cause: `person:${by}`, eventId: undefined, traceId }))
  await commitResolved(tx, { goldens: [], links: [], crosswalk: [], plans }, parts.shards)
}

/** Computes golden records anew from the source records that belong to them now, and stores what changed. They are planned again. */
export async function recompute(parts: ActParts, act: Act, goldenIds: readonly string[]): Promise<void> {
  const stored = await lockGoldens(act.tx, goldenIds)
  const goldens = [...stored.values()].flatMap(
    golden => computeGolden(golden.id, golden.entity, golden.sources, golden, parts.policy) ?? [],
  )
  const changed = goldens.filter(golden => golden.changed)
  const links = changed.flatMap(golden => linksOf(golden, parts.policy.defaultCountry))
  await commitResolved(act.tx, { goldens, links, crosswalk: [], plans: [] }, parts.shards)
  act.plan(goldenIds)
}

/** Golden records that an act names, as they are now; a refusal when one of them is not there to be acted on. */
export async function findCustomers(
  act: Act,
  goldenIds: readonly string[],
): Promise<{ ok: true; goldens: StoredGolden[] } | ActRefusal> {
  const stored = await lockGoldens(act.tx, [...new Set(goldenIds)])
  const goldens: StoredGolden[] = []
  for (const id of goldenIds) {
    const golden = stored.get(id)
    if (golden === undefined || golden.state === 'erased') return refusal('golden_unknown', { id })
    if (golden.state === 'merged') return refusal('golden_merged', { id, mergedInto: golden.mergedInto ?? '' })
    goldens.push(golden)
  }
  return { ok: true, goldens }
}

/** Two customers that may be told together or apart: of one mastered entity, and not the same one. */
export function checkPair([left, right]: readonly (StoredGolden | undefined)[]): ActRefusal | undefined {
  if (left === undefined || right === undefined || left.id === right.id) return refusal('pair_of_one', {})
  if (left.entity !== right.entity) return refusal('pair_of_two_entities', { left: left.entity, right: right.entity })
  if (entityModel(left.entity).class !== 'mastered') return refusal('entity_never_merged', { entity: left.entity })
  return undefined
}
