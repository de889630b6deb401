import { setTimeout as sleep } from 'node:timers/promises'
import type { Existing } from './existing.ts'
import { createPopulation } from './people.ts'
import { createRandom } from '../connectors/http/example/sandboxes/random.ts'
import type { Intake } from './intake.ts'
import { conflictSteps } from './story/conflicts.ts'
import { deleteSteps, mergeSteps } from './story/removals.ts'
import { accidents } from './story/accidents.ts'
import { companySteps } from './story/companies.ts'
import { personSteps } from './story/customers.ts'
import { campaign } from './story/campaigns.ts'
import { lenaSteps } from './story/lena.ts'
import type { Script, Stage, Step } from './story/stage.ts'
import type { Vendors } from './vendors/vendor.ts'

const CONFLICT_SHARE = 0.12
const DELETE_SHARE = 0.04
const MERGE_SHARE = 0.0134

export interface TrafficOptions {
  /** Who was there before the hub. */
  existing: Existing
  intake: Intake
  vendors: Vendors
  seed: number
  durationMs: number
  people: number
  companies: number
  /** How long the newsletter's vendor is off the network. */
  downMs: number
  /** How long the helpdesk answers 429. */
  throttledMs: number
}

export interface TrafficCounters {
  steps: number
  /** Steps still to come. */
  remaining: number
}

export interface Traffic {
  counters: TrafficCounters
  /** What people do on purpose, as far as they have done it. */
  script: Script
  /** Plays the whole story; resolves after its last step and when every vendor is on the network again, or at once when stopped. */
  run(stopped: AbortSignal): Promise<void>
}

/** A company's day in some seconds: people at five vendors, a web form and mail, with everything that goes wrong on such a day. */
export function createTraffic(options: TrafficOptions): Traffic {
  const { vendors, durationMs, intake, existing } = options
  const random = createRandom(options.seed)
  const counters: TrafficCounters = { steps: 0, remaining: 0 }
  const script: Script = { rivalries: [], merges: [] }
  const { postForm, sendMail } = intake
  const stage: Stage = { vendors, existing, script, random, postForm, sendMail }
  const { companies, people } = createPopulation(random, options)
  const steps: Step[] = [
    ...companies.flatMap(company => companySteps(company, stage)),
    ...people.flatMap((person, number) => personSteps(person, number, stage, durationMs - 1000)),
    ...planned(stage, durationMs - 1000),
    ...lenaSteps(stage, durationMs - 1000),
    { atMs: durationMs / 2, act: () => campaign(stage, 'Autumn news') },
    ...accidents(options),
  ].sort((a, b) => a.atMs - b.atMs)
  counters.remaining = steps.length

  return {
    counters,
    script,
    async run(stopped) {
      for (const vendor of Object.values(vendors))
        Object.assign(vendor.webhooks.disorder, { duplicate: 0.06, delay: 0.05 })
      const startMs = Date.now()
      const running: Promise<void>[] = []
      for (const step of steps) {
        const waitMs = startMs + step.atMs - Date.now()
        if (waitMs > 0) await sleep(waitMs, undefined, { signal: stopped }).catch(() => undefined)
        if (stopped.aborted) return
        const result = step.act()
        if (result) running.push(result)
        counters.steps++
        counters.remaining--
      }
      await Promise.all(running)
    },
  }
}

/** What is done to customers who were there before: edits against each other, deletes, merges; each has one fate only. */
function planned(stage: Stage, lastMs: number): Step[] {
  const { known, alone, twice } = stage.existing
  const count = (share: number): number => Math.round(known.length * share)
  const withMail = known.filter(({ person }) => person.email !== undefined)
  const conflicts = withMail.splice(0, count(CONFLICT_SHARE))
  const deletes = withMail.splice(0, count(DELETE_SHARE))
  // Vendors that have a record of each refuse the same mail address or external id twice: so the loser has no mail
  // address, and the winner's golden record is the older one, whose id stays.
  const losers = alone.filter(({ person }) => person.email === undefined)
  const winners = withMail.filter(({ elsewhere }) =>
    ['zendesk', 'odoo', 'hubspot'].every(name => elsewhere.some(({ system }) => system === name)),
  )
  const merges = winners.slice(0, count(MERGE_SHARE)).flatMap(({ crmId, goldenId }) => {
    const at = losers.findIndex(loser => loser.goldenId > goldenId)
    return losers.splice(at, at < 0 ? 0 : 1).map(loser => ({ winnerId: crmId, loserId: loser.crmId }))
  })
  const sameCustomer = twice.map(({ crmId, againId }) => ({ winnerId: crmId, loserId: againId }))
  return [
    ...conflictSteps(conflicts, stage, lastMs),
    ...deleteSteps(deletes, stage, lastMs),
    ...mergeSteps([...merges, ...sameCustomer], stage, lastMs),
  ]
}
