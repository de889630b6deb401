import { findingsOf } from '#console/api/customers/match-evidence.ts'
import type { components } from '#console/api.gen.ts'
import { type ActResult, refusal } from '#model/act.ts'
import type { GoldenPolicy } from '#resolve/golden.ts'
import { explainPair } from '#resolve/matching/explain-pair.ts'
import { readGoldens } from '#resolve/rows.ts'
import type { HubParts } from '../hub.ts'

type PairReasons = components['schemas']['PairReasons']

/** Why two customers are not one, as far as it can be told from what is there now. */
export async function explainCustomers(
  { database, matching }: Pick<HubParts, 'database' | 'matching'>,
  policy: GoldenPolicy,
  [leftId, rightId]: readonly [string, string],
): Promise<ActResult<{ explanation: PairReasons }>> {
  const settings = matching.settings()
  return await database.transaction(async tx => {
    const goldens = await readGoldens(tx, [leftId, rightId], 'look')
    const [left, right] = [goldens.get(leftId), goldens.get(rightId)]
    if (left === undefined || right === undefined)
      return refusal('golden_unknown', { id: left === undefined ? leftId : rightId })
    const merged = [left, right].find(one => one.mergedInto !== undefined)
    if (merged !== undefined) return refusal('golden_merged', { id: merged.id, mergedInto: merged.mergedInto ?? '' })
    if (left === right) return refusal('pair_of_one', {})
    const found = await explainPair(tx, [left, right], { policy, matching: settings })
    const { evidence, contradiction } = found
    return {
      ok: true,
      explanation: {
        leftId,
        rightId,
        reasons: found.reasons,
        sharedKeys: found.sharedKeys.map(({ kind, value }) => ({ kind, evidence: { [kind]: value } })),
        contradiction:
          contradiction === undefined
            ? null
            : {
                kind: contradiction.kind,
                evidence: { [contradiction.kind]: [contradiction.left, contradiction.right] },
              },
        blocks: found.blocks,
        bits: typeof evidence?.['bits'] === 'number' ? evidence['bits'] : null,
        linkBits: settings?.linkBits ?? null,
        reviewBits: settings?.reviewBits ?? null,
        against: typeof evidence?.['against'] === 'string' ? evidence['against'] : null,
        model: settings?.model.name ?? null,
        findings: evidence === undefined ? [] : findingsOf(evidence),
      },
    }
  })
}
