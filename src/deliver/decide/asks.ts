import { sql } from 'kysely'
import type { Answered } from '#mapping/asks.ts'
import type { Systems } from '#connector/system.ts'
import { isGoldenId } from '#store/customers/crosswalk.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { DueDelivery } from '../claim/claim.ts'
import type { Decision } from './decision.ts'
import { key } from '../settle/rests.ts'

/**
 * Notes whose ids the mappings asked for, where that is not what is noted already. A delivery that asks for one for the first
 * time is decided on again once the note is stored: an id that came before the note was stored may have been heard by nobody.
 * Of what is no golden id, or asked of a system that is not there, there is never news.
 */
export async function noteAsks(
  tx: Tx,
  claimed: readonly DueDelivery[],
  decided: readonly Answered<Decision>[],
  systems: Systems,
): Promise<(Decision | undefined)[]> {
  const changed: { system: string; object: string; goldenId: string; asks: readonly string[] | null }[] = []
  const decisions = decided.map(({ result, asked }, index) => {
    const delivery = claimed[index]
    if (delivery === undefined) return result
    const heard = asked.filter(({ id, system }) => isGoldenId(id) && systems.has(system))
    const asks = new Set(heard.map(({ id, system }) => `${id} ${system}`))
    const noted = new Set(delivery.asks)
    if (asks.symmetricDifference(noted).size === 0) return result
    changed.push({ ...key(delivery), asks: asks.size === 0 ? null : [...asks] })
    return asks.isSubsetOf(noted) ? result : undefined
  })
  if (changed.length > 0)
    await sql`
      update delivery d set asks = case when t.asks is not null then array(select json_array_elements_text(t.asks)) end
      from json_to_recordset(${storedJson(changed)}::json) as t(system text, object text, "goldenId" uuid, asks json)
      where d.golden_id = t."goldenId" and d.system = t.system and d.object = t.object
    `.execute(tx)
  return decisions
}
