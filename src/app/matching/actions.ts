import { audit } from '#console/audit.ts'
import type { MatchingActions } from '#console/actions/matching.ts'
import { type ActResult, refusal } from '#model/act.ts'
import type { MatchingSettings } from '#resolve/matching/settings.ts'
import { readTraining } from '#resolve/matching/training.ts'
import { BUILT_IN, type Model } from '#rules/matching/model.ts'
import { modelNumbered } from '#rules/matching/trained-model.ts'
import { trainModel } from '#rules/matching/train.ts'
import { applyParts } from '#store/config/config-parts.ts'
import type { Db } from '#store/database.ts'
import { lockMappings } from '#store/mappings/revisions.ts'
import {
  type MatchingModelRow,
  publishWeights,
  readModel,
  readModels,
  storeModel,
  weightsInForce,
} from '#store/config/matching-models.ts'
import { partsOf } from '../config/parts.ts'
import type { HubParts } from '../hub.ts'
import { planWeights } from './plan.ts'
import { startReplay } from '../mappings/replay.ts'

const MODELS_SHOWN_MAX = 100
/** From fewer pairs nothing is learned: the built-in rates count as much. */
const PAIRS_MIN = 100

type Row = Pick<MatchingModelRow, 'number' | 'pairs'> & {
  model: Model
  trainedBy: string | null
  trainedAt: Date | null
}

/** Weights of matching, as the console and the command line ask for them. */
export function createMatchingActions(parts: HubParts): MatchingActions {
  const { database, config, ids } = parts

  /** What runs now, or why weights mean nothing here. */
  function running(): ActResult<{ settings: MatchingSettings }> {
    const settings = parts.matching.settings()
    if (settings !== undefined) return { ok: true, settings }
    return refusal('weights_unused', {})
  }

  async function find(number: number): Promise<ActResult<{ row: Row; settings: MatchingSettings }>> {
    const now = running()
    if (!now.ok) return now
    const row = await readRow(database.kysely, number)
    return row === undefined ? refusal('weights_unknown', { number }) : { ok: true, row, settings: now.settings }
  }

  return {
    async matchingModels() {
      const settings = parts.matching.settings()
      const act = await weightsInForce(database.kysely)
      const rows = await readModels(database.kysely, MODELS_SHOWN_MAX)
      return {
        items: [...rows.map(rowOf), BUILT_IN_ROW].map(row => shown(row, settings)),
        file: config.policy.matching?.model ?? null,
        appliedBy: act?.by ?? null,
        appliedAt: act?.at.toISOString() ?? null,
      }
    },

    async matchingModel(number) {
      const found = await find(number)
      return found.ok ? { ok: true, model: detailOf(found.row, found.settings) } : found
    },

    async trainMatching(by) {
      const now = running()
      if (!now.ok) return now
      const input = await database.transaction(readTraining)
      const pairs = input.near.length
      if (pairs < PAIRS_MIN) return refusal('pairs_too_few', { pairs, least: PAIRS_MIN })
      const { comparisons: rates } = trainModel(input)
      const stored = await database.transaction(async tx => {
        const row = await storeModel(tx, { rates, pairs, trainedBy: by })
        const target = `model ${row.number}`
        await audit(tx, { id: ids.uuid(), actor: by, action: 'matching.train', target, detail: { pairs } })
        return row
      })
      return { ok: true, model: detailOf(rowOf(stored), now.settings) }
    },

    async planMatching(number, records) {
      const found = await find(number)
      if (!found.ok) return found
      const { row, settings } = found
      const plan = await planWeights(database, [settings, { ...settings, model: row.model }], records)
      return { ok: true, plan: { number, ...plan } }
    },

    async applyMatching(number, by) {
      const found = await find(number)
      if (!found.ok) return found
      const file = config.policy.matching?.model
      if (file !== undefined) return refusal('weights_of_file', { file })
      const { model } = found.row
      const publication = await database.transaction(async tx => {
        await lockMappings(tx)
        const made = await publishWeights(tx, number === 0 ? null : number, by)
        const again = await applyParts(tx, partsOf(config, parts.mappings, parts.identity, model), ids.uuid)
        await startReplay(tx, again, made)
        const target = `model ${number}`
        await audit(tx, { id: ids.uuid(), actor: by, action: 'matching.apply', target, detail: { publication: made } })
        return made
      })
      await parts.matching.refresh()
      return { ok: true, applied: { number, publication } }
    },
  }
}

const BUILT_IN_ROW: Row = { number: 0, pairs: 0, model: BUILT_IN, trainedBy: null, trainedAt: null }

async function readRow(db: Db, number: number): Promise<Row | undefined> {
  if (number === 0) return BUILT_IN_ROW
  const row = await readModel(db, number)
  return row && rowOf(row)
}

function rowOf({ rates, ...row }: MatchingModelRow): Row {
  return { ...row, model: modelNumbered(row.number, rates) }
}

function shown({ number, pairs, model, trainedBy, trainedAt }: Row, settings: MatchingSettings | undefined) {
  const inForce = settings?.model.name === model.name
  return { number, name: model.name, pairs, trainedBy, trainedAt: trainedAt?.toISOString() ?? null, inForce }
}

function detailOf(row: Row, settings: MatchingSettings) {
  const bits = ({ m, u }: { m: number; u: number }): number => Math.round(Math.log2(m / u) * 10) / 10
  const current: Readonly<Record<string, Model['comparisons'][keyof Model['comparisons']]>> = settings.model.comparisons
  const levels = Object.entries(row.model.comparisons).flatMap(([comparison, of]) =>
    Object.entries(of).map(([level, rate]) => {
      const now = current[comparison]?.[level] ?? rate
      return { comparison, level, ...rate, bits: bits(rate), bitsInForce: bits(now) }
    }),
  )
  return { ...shown(row, settings), levels }
}
