import { readFileSync } from 'node:fs'
import type { MatchingConfig, PolicyConfig } from '#config/config.ts'
import type { MatchingSettings } from '#resolve/matching/settings.ts'
import { BUILT_IN, type Model } from '#rules/matching/model.ts'
import { modelNumbered, parseModel } from '#rules/matching/trained-model.ts'
import type { Database, Db } from '#store/database.ts'
import { readModel, weightsInForce } from '#store/config/matching-models.ts'

/** How weak evidence is used, as this process has it. */
export interface LiveMatching {
  /** Undefined where only strong keys link. */
  settings: () => MatchingSettings | undefined
  /** Takes over weights and thresholds that were applied since. */
  refresh: () => Promise<void>
}

/** How weak evidence is used, by the policy in force: it is read anew when it is taken over. */
export async function openMatching(database: Database, policy: Pick<PolicyConfig, 'matching'>): Promise<LiveMatching> {
  let settings = await matchingSettings(database.kysely, policy.matching)
  return {
    settings: () => settings,
    async refresh() {
      settings = await matchingSettings(database.kysely, policy.matching)
    },
  }
}

/**
 * What a policy means for weak evidence; undefined when it uses none. The weights are those of the file that it names, else those
 * that were applied last, else the built-in ones.
 */
export async function matchingSettings(
  db: Db,
  matching: MatchingConfig | undefined,
): Promise<MatchingSettings | undefined> {
  if (matching === undefined) return undefined
  const { model: file, ...thresholds } = matching
  return { ...thresholds, model: file === undefined ? await appliedModel(db) : readFile(file) }
}

async function appliedModel(db: Db): Promise<Model> {
  const number = (await weightsInForce(db))?.model ?? 0
  const row = await readModel(db, number)
  return row === undefined ? BUILT_IN : modelNumbered(row.number, row.rates)
}

/** Throws with the reason when the file is no model: the hub does not start on weights that nobody chose. */
function readFile(file: string): Model {
  try {
    return parseModel(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the matching model ${file} cannot be used: ${reason}`, { cause: error })
  }
}
