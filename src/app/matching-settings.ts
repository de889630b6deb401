import { readFileSync } from 'node:fs'
import type { PolicyConfig } from '#config/config.ts'
import type { MatchingSettings } from '#resolve/matching/settings.ts'
import { BUILT_IN, type Model } from '#rules/matching/model.ts'
import { parseModel } from '#rules/matching/trained-model.ts'

/** How weak evidence is used, by the configuration; undefined when it is not. */
export function matchingSettings({ matching }: Pick<PolicyConfig, 'matching'>): MatchingSettings | undefined {
  if (matching === undefined) return undefined
  const { linkBits, reviewBits, clusterRecordsMax, model } = matching
  return { linkBits, reviewBits, clusterRecordsMax, model: model === undefined ? BUILT_IN : readModel(model) }
}

/** Throws with the reason when the file is no model: the hub does not start on weights that nobody chose. */
export function readModel(file: string): Model {
  try {
    return parseModel(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the matching model ${file} cannot be used: ${reason}`, { cause: error })
  }
}
