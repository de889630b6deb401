import type { HubConfig } from '#config/config.ts'
import type { DeliverParts } from '../parts.ts'
import { linkMembers } from './link.ts'
import { createLoader, type LoadParts } from './load.ts'
import { releaseLinked } from './release.ts'
import { decideParked, startReviews } from './review.ts'
import { readPressure } from './room.ts'

/** Deciding and releasing take turns with everything else; what is left comes with the next turn. */
const TURN_MS = 1_000

export type LinkTurnParts = LoadParts &
  Pick<DeliverParts, 'mappings' | 'wake'> & {
    config: Pick<HubConfig, 'hub' | 'limits' | 'policy' | 'routes' | 'systems'>
  }

/**
 * First link's recurring work: load, move what is loaded to *review*, decide what would be done there, and let the
 * deliveries of what became live go. Does nothing, and costs nothing, where no load group is configured.
 */
export function createLinkTurns(parts: LinkTurnParts) {
  const members = linkMembers(parts.config)
  const routes = new Map(parts.config.routes.map(route => [route.name, route]))
  const loader = createLoader(parts)
  return {
    isNeeded: members.length > 0,
    async run(): Promise<void> {
      await loader.turn()
      for (const { system, object } of await startReviews(parts.database, members))
        parts.log.info({ unit: 'link', system, object, state: 'review' }, 'loaded and resolved; to be reviewed')
      const untilMs = parts.nowMs() + TURN_MS
      const mayGoOn = async (): Promise<boolean> =>
        parts.nowMs() < untilMs && !(await readPressure(parts.database, undefined)).liveWaits
      while ((await decideParked(parts, routes)) > 0 && (await mayGoOn()));
      for (;;) {
        const shards = await releaseLinked(parts.database)
        if (shards.length === 0) break
        parts.wake('deliver', shards)
        if (!(await mayGoOn())) break
      }
    },
  }
}
