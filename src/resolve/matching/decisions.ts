import { type Selectable, sql } from 'kysely'
import type { Ids } from '#model/ids.ts'
import type { JsonObject } from '#model/json.ts'
import { weightOf } from '#rules/matching/finding.ts'
import type { Tx } from '#store/database.ts'
import type { MatchDecisionTable } from '#store/schema/matching.ts'
import { storedJson } from '#store/stored-json.ts'
import { pairText } from '../pair-text.ts'
import type { Match, WeakEvidence } from './evidence.ts'
import type { MatchRecord } from './records.ts'
import type { MatchingSettings } from './settings.ts'

/** A record of the batch, what was found, and the golden record that it belongs to now. */
export interface Placed {
  record: MatchRecord
  evidence: WeakEvidence
  goldenId: string
  entity: string
}

type DecisionRow = Omit<Selectable<MatchDecisionTable>, 'decided_at'>

/** Every finding with its weight in bits, for a person to read. */
export function evidenceOf({ bits, against, findings }: Match, { model }: MatchingSettings): JsonObject {
  return {
    bits: round(bits),
    against,
    model: model.name,
    findings: findings.map(finding => ({
      comparison: finding.comparison,
      level: finding.level,
      bits: round(weightOf(model, finding)),
      left: finding.left,
      right: finding.right,
    })),
  }
}

function round(bits: number): number {
  return Math.round(bits * 10) / 10
}

/**
 * Stores what weak evidence decided. Linked is what is one golden record now; what agreed enough and is not is a question.
 * `nowOf` tells where a golden record went that was merged in this batch.
 */
export async function storeDecisions(
  tx: Tx,
  placed: readonly Placed[],
  nowOf: (goldenId: string) => string,
  settings: MatchingSettings,
  ids: Ids,
): Promise<number> {
  const decisions: DecisionRow[] = []
  const questions = new Map<
    string,
    { id: string; entity: string; left_id: string; right_id: string; evidence: JsonObject }
  >()
  for (const { record, evidence, goldenId, entity } of placed) {
    const ask = (otherId: string, match: Match, isLink: boolean): void => {
      const other = nowOf(otherId)
      const verdict = other === goldenId ? ('linked' as const) : ('review' as const)
      // A question that was answered by the batch itself is none.
      if (verdict === 'linked' && !isLink) return
      const found = evidenceOf(match, settings)
      const row = { system: record.system, object: record.object, remote_id: record.remoteId, golden_id: other }
      decisions.push({
        id: ids.uuid(),
        ...row,
        verdict,
        bits: round(match.bits),
        model: settings.model.name,
        evidence: found,
      })
      if (verdict === 'linked') return
      const [left_id = '', right_id = ''] = [goldenId, other].sort()
      questions.set(pairText(left_id, right_id), { id: ids.uuid(), entity, left_id, right_id, evidence: found })
    }
    for (const [id, match] of evidence.links) ask(id, match, true)
    for (const [id, match] of evidence.reviews) ask(id, match, false)
    for (const [index, match] of evidence.peers) {
      const peer = placed[index]
      if (peer !== undefined) ask(peer.goldenId, match, true)
    }
  }
  if (decisions.length > 0) await insertDecisions(tx, decisions)
  return questions.size === 0 ? 0 : await insertQuestions(tx, [...questions.values()])
}

/** The newest decision about a record and a golden record stands for those before it. */
async function insertDecisions(tx: Tx, decisions: readonly DecisionRow[]): Promise<void> {
  await sql`
    with input as materialized (
      select * from json_to_recordset(${storedJson(decisions)}::json)
        as t(id uuid, system text, object text, remote_id text, golden_id uuid, verdict text, bits real, model text, evidence jsonb)
    ), before as (
      delete from match_decision d using input i
      where d.system = i.system and d.object = i.object and d.remote_id = i.remote_id and d.golden_id = i.golden_id
    )
    insert into match_decision (id, system, object, remote_id, golden_id, verdict, bits, model, evidence)
    select id, system, object, remote_id, golden_id, verdict, bits, model, evidence from input
  `.execute(tx)
}

/** Nobody is asked twice about a pair, nor about one that was decided in any way. */
async function insertQuestions(
  tx: Tx,
  questions: readonly { id: string; entity: string; left_id: string; right_id: string; evidence: JsonObject }[],
): Promise<number> {
  const { rows } = await sql`
    insert into review (id, kind, entity, left_id, right_id, evidence)
    select id, 'possible_match', entity, left_id, right_id, evidence
    from json_to_recordset(${storedJson(questions)}::json) as t(id uuid, entity text, left_id uuid, right_id uuid, evidence jsonb)
    where not exists (select from review v where v.left_id = t.left_id and v.right_id = t.right_id)
    on conflict (kind, left_id, right_id) do nothing returning id
  `.execute(tx)
  return rows.length
}
