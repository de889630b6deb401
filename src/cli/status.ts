import { createContext } from './context.ts'
import type { Output } from './output/output.ts'
import { shortTime } from './output/output.ts'
import type { ReplyOf } from '#console/handler.ts'
import type { AddCommand } from './command.ts'

export const addStatusCommand: AddCommand = (program, environment) => {
  program
    .command('status')
    .description('how much there is, in which state, and how far behind each stage is')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const stats = await connect().get('getStats', '/stats')
      out.value(stats)
      out.table(
        [{ title: 'STAGE' }, { title: 'WAITING', align: 'right' }, { title: 'SINCE' }],
        stats.work.map(entry => [entry.stage, entry.waiting, shortTime(entry.oldest)]),
      )
      out.line()
      const counts = [
        ...stats.goldenRecords.map(row => ['golden records', row.entity, row.state, row.count] as const),
        ...stats.events.map(row => ['events, 24 h', row.system, row.state, row.count] as const),
        ...stats.deliveries.map(row => ['deliveries', row.system, row.state, row.count] as const),
      ]
      out.table([{ title: 'WHAT' }, { title: 'OF' }, { title: 'STATE' }, { title: 'COUNT', align: 'right' }], counts)
      writeBrakes(out, stats.brakes)
      writeHeldDeletes(out, stats.heldDeletes)
      writeLinking(out, stats.linking)
      writeBackfills(out, stats.backfills)
      writeProcesses(out, stats.config)
      if (stats.refusedRequests > 0) out.line(`\n${stats.refusedRequests} requests were refused in the last 24 hours.`)
    })
}

/** What waits for a person's word. */
function writeBrakes(out: Output, brakes: ReplyOf<'getStats'>['brakes']): void {
  if (brakes.length === 0) return
  out.line()
  out.table(
    [
      { title: 'BRAKE' },
      { title: 'CAUSE', max: 50 },
      { title: 'HELD', align: 'right' },
      { title: 'WOULD CHANGE', align: 'right' },
      { title: 'LIMIT', align: 'right' },
      { title: 'SINCE' },
    ],
    brakes.map(({ system, object, cause, held, changed, limit, trippedAt }) => [
      `${system}/${object}`,
      cause,
      held,
      changed,
      limit,
      shortTime(trippedAt),
    ]),
  )
  out.line(out.style('dim', 'See what would change: patchbay release SYSTEM/OBJECT'))
}

/** Deletes that a comparison of ids found, and that are too many to be done without a person's word. */
function writeHeldDeletes(out: Output, held: ReplyOf<'getStats'>['heldDeletes']): void {
  if (held.length === 0) return
  out.line()
  out.table(
    [
      { title: 'DELETES HELD' },
      { title: 'MISSING THERE', align: 'right' },
      { title: 'KNOWN HERE', align: 'right' },
      { title: 'LISTED', align: 'right' },
      { title: 'SINCE' },
    ],
    held.map(({ system, object, missing, known, listed, at }) => [
      `${system}/${object}`,
      missing,
      known,
      listed,
      shortTime(at),
    ]),
  )
  out.line(out.style('dim', 'See which: patchbay systems deletes SYSTEM/OBJECT'))
}

/** What changed files made to be done again. */
function writeBackfills(out: Output, backfills: ReplyOf<'getStats'>['backfills']): void {
  if (backfills.length === 0) return
  out.line()
  out.table(
    [
      { title: 'AGAIN' },
      { title: 'OF' },
      { title: 'CAUSE', max: 50 },
      { title: 'DONE', align: 'right' },
      { title: 'SINCE' },
    ],
    backfills.map(({ kind, entity, cause, done, startedAt }) => [kind, entity, cause, done, shortTime(startedAt)]),
  )
}

/** What is not written to yet, since its first link is not done. */
function writeLinking(out: Output, linking: ReplyOf<'getStats'>['linking']): void {
  if (linking.length === 0) return
  out.line()
  out.table(
    [{ title: 'NOT LIVE YET' }, { title: 'LINK' }, { title: 'LOADED', align: 'right' }, { title: 'NEXT', max: 60 }],
    linking.map(({ system, object, state, loaded }) => [
      `${system}/${object}`,
      state,
      loaded,
      state === 'loading' ? 'it is being loaded' : `patchbay link ${system}`,
    ]),
  )
}

/** Which processes there are, when there are several or one was left behind by a change of the configuration. */
function writeProcesses(out: Output, { newest, processes }: ReplyOf<'getStats'>['config']): void {
  const behind = processes.filter(({ revision }) => revision !== newest)
  if (processes.length < 2 && behind.length === 0) return
  out.line()
  out.table(
    [{ title: 'PROCESS' }, { title: 'ROLES' }, { title: 'SINCE' }, { title: 'CONFIGURATION', max: 60 }],
    processes.map(({ host, pid, roles, startedAt, revision }) => [
      `${host} ${pid}`,
      roles.join(', '),
      shortTime(startedAt),
      revision === newest
        ? `revision ${revision}`
        : `revision ${revision ?? '-'}: revision ${newest} is newer, start it again`,
    ]),
  )
}
