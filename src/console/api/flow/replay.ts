import { audit } from '../../audit.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { isProblem } from '../../problem.ts'
import { EVENT_COLUMNS, eventShape, matchesEvent } from './events.ts'
import type { EventFilter } from './events.ts'
import { auditFilter, makeConfirm, readConfirm } from '../selection.ts'

const SAMPLE = 10
const REPLAYED_PER_STEP = 1_000

/** Replay by filter: a dry run counts and shows a sample, its confirmation replays just these. Events under way are left out. */
export function createReplayHandlers(parts: ConsoleParts): Pick<Handlers, 'replayEvents'> {
  const { db, signer, nowMs } = parts
  const settled = (filter: EventFilter) =>
    db
      .selectFrom('event')
      .where(eb => matchesEvent(eb, filter))
      .where('state', 'in', ['processed', 'ignored', 'dead'])

  return {
    async replayEvents({ body, actor }) {
      const { filter, dryRun = true, confirm } = body
      if (dryRun) {
        const { count } = await settled(filter)
          .select(eb => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        const sample = await settled(filter).select(EVENT_COLUMNS).orderBy('id', 'desc').limit(SAMPLE).execute()
        const content = { count, untilId: sample[0]?.id }
        return {
          dryRun,
          count,
          sample: sample.map(eventShape),
          confirm: makeConfirm(signer, 'replay', filter, content, nowMs()),
        }
      }
      const confirmed = readConfirm(signer, 'replay', filter, confirm, nowMs())
      if (isProblem(confirmed)) return confirmed
      let count = 0
      let after = '00000000-0000-0000-0000-000000000000'
      while (confirmed.untilId !== undefined) {
        const ids = await settled(filter)
          .select('id')
          .where('id', '<=', confirmed.untilId)
          .where('id', '>', after)
          .orderBy('id')
          .limit(REPLAYED_PER_STEP)
          .execute()
        if (ids.length === 0) break
        after = ids.at(-1)?.id ?? after
        count += await parts.actions.replayEvents(ids.map(row => row.id))
      }
      await audit(db, {
        id: parts.uuid(),
        actor: actor.name,
        action: 'events.replay',
        target: 'filter',
        detail: { filter: auditFilter(filter), count },
      })
      return { dryRun, count, sample: [] }
    },
  }
}
