import type { ConsoleActions, MappingPlan, PlanRequest } from '#console/actions.ts'
import { comparatorsOf } from '#connector/system.ts'
import { compileMapping, MappingSyntaxError } from '#mapping/mapping.ts'
import type { HubParts } from '../hub.ts'
import { countRecords, readEvents, readGoldens } from './read.ts'
import { emptyTally } from './tally.ts'
import { compareInThreads, type ThreadStart } from './threads.ts'

/** Finished plans that are kept to be looked at. */
const PLANS_KEPT = 20

interface Running {
  plan: MappingPlan
  readonly stop: AbortController
}

/** Plans of this process, in memory: what a draft would change, counted over stored events or golden records. */
export function createPlanActions(
  parts: HubParts,
): Pick<ConsoleActions, 'startMappingPlan' | 'readMappingPlan' | 'cancelMappingPlan'> {
  const plans = new Map<string, Running>()

  async function run(running: Running, start: ThreadStart, request: PlanRequest): Promise<void> {
    const { database } = parts
    const batches = request.mapping.endsWith('.in')
      ? readEvents(database, request, request.last)
      : readGoldens(parts, request, request.last)
    const change = (more: Partial<MappingPlan>): void => void (running.plan = { ...running.plan, ...more })
    try {
      const result = await compareInThreads(start, batches, running.stop.signal, tally =>
        change({ result: { ...tally } }),
      )
      change({ state: 'done', result, endedAtMs: parts.nowMs() })
    } catch (error) {
      const isCancelled = running.stop.signal.aborted
      const message = error instanceof Error ? error.message : String(error)
      change({
        state: isCancelled ? 'cancelled' : 'failed',
        message: isCancelled ? null : message,
        endedAtMs: parts.nowMs(),
      })
    }
  }

  return {
    async startMappingPlan(request) {
      const { system, object, mapping, source, last } = request
      const known = parts.systems.get(system)
      try {
        compileMapping(mapping, source)
      } catch (error) {
        if (error instanceof MappingSyntaxError) return error.message
        throw error
      }
      const { config } = parts
      const start: ThreadStart = {
        published: parts.mappings.get(mapping)?.source,
        draft: source,
        limits: { timeMs: config.limits.mappingTimeMs, outputBytesMax: config.limits.mappingOutputBytesMax },
        context: {
          name: mapping,
          system,
          folder: known?.config.mappings ?? mapping.slice(0, mapping.indexOf('/')),
          defaultCountry: config.hub.defaultCountry,
          nestingMax: config.limits.nestingMax,
          skewToleranceMs: config.policy.skewToleranceMs,
          compare: comparatorsOf(known, object),
          routes: config.routes,
        },
      }
      const total = await countRecords(parts.database, request, mapping.endsWith('.in'))
      const plan: MappingPlan = {
        id: parts.ids.uuid(),
        system,
        object,
        mapping,
        state: 'running',
        total: Math.min(total, last ?? total),
        message: null,
        result: emptyTally(),
        startedAtMs: parts.nowMs(),
        endedAtMs: undefined,
      }
      const running: Running = { plan, stop: new AbortController() }
      plans.set(plan.id, running)
      forgetOldest(plans)
      void run(running, start, request)
      return plan
    },
    readMappingPlan: id => plans.get(id)?.plan,
    cancelMappingPlan(id) {
      const running = plans.get(id)
      running?.stop.abort()
      return running?.plan
    },
  }
}

function forgetOldest(plans: Map<string, Running>): void {
  const ended = [...plans].filter(([, { plan }]) => plan.state !== 'running')
  for (const [id] of ended.slice(0, Math.max(0, plans.size - PLANS_KEPT))) plans.delete(id)
}
