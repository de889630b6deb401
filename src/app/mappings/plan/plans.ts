import type { ConsoleActions } from '#console/actions/actions.ts'
import type { MappingPlan } from '#console/actions/mappings.ts'
import { comparatorsOf } from '#connector/system.ts'
import type { FindIds } from '#mapping/asks.ts'
import { findGoldenIds, findRemoteIds } from '#store/customers/crosswalk.ts'
import type { HubParts } from '../../hub.ts'
import { createPlanBook } from './book.ts'
import { countRecords, readEvents, readGoldens } from './read.ts'
import { compareInThreads, type ThreadStart } from './threads.ts'

/** What a draft of a mapping would change, counted over stored events or golden records. */
export function createPlanActions(
  parts: HubParts,
): Pick<ConsoleActions, 'startMappingPlan' | 'readMappingPlan' | 'cancelMappingPlan'> {
  const { database, config } = parts
  const plans = createPlanBook<Pick<MappingPlan, 'system' | 'object' | 'mapping' | 'texts'>>(parts)

  return {
    async startMappingPlan(request) {
      const { system, object, mapping, source, last } = request
      const isInbound = mapping.endsWith('.in')
      const known = parts.systems.get(system)
      const inForce = parts.mappings.get(mapping)
      const published = inForce && { source: inForce.source, tables: inForce.tables }
      const start: ThreadStart = {
        published,
        draft: { source, tables: parts.mappings.tables },
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
      const total = await countRecords(database, request, isInbound)
      const find: FindIds = asks => (isInbound ? findGoldenIds : findRemoteIds)(database.kysely, asks)
      const texts = [published?.source ?? '', source]
      return plans.start({ system, object, mapping, texts }, Math.min(total, last ?? total), (signal, tell) =>
        compareInThreads(
          start,
          isInbound ? readEvents(database, request, last) : readGoldens(parts, request, last),
          find,
          signal,
          tell,
        ),
      )
    },
    readMappingPlan: plans.read,
    cancelMappingPlan: plans.cancel,
  }
}
