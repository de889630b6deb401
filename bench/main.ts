import { measureBacklog } from './backlog.ts'
import { stopChildren } from './children.ts'
import { measureEndToEnd, measureSaturated, warmUp } from './end-to-end.ts'
import { measureGrowth } from './growth.ts'
import { measureIdentity } from './identity/speed.ts'
import { measureLink } from './link.ts'
import { type Options, type Part, readOptions } from './options.ts'
import { measureReceive } from './receive.ts'
import { machine, printProfile, printReport, report, type Results } from './report.ts'
import { measureShadow } from './shadow.ts'
import { closeStands, openStand, type Stand, type StandOptions } from './stand.ts'

async function measure(options: Options): Promise<Results> {
  const results: Results = {}
  const wants = (part: Part): boolean => options.parts.includes(part)
  if (wants('receive')) {
    results.receive = await withStand({ role: 'gateway' }, stand => measureReceive(stand, options.seconds))
  }
  if (wants('endToEnd') || wants('growth')) {
    await withStand({ role: 'all', watched: options.profile }, stand => measureFlows(stand, options, results))
  }
  if (wants('backlog')) {
    results.backlog = await withStand({ role: 'all' }, stand => measureBacklog(stand, options.backlogEvents))
  }
  if (wants('link')) {
    const { linkRecords: records, seconds, profile } = options
    results.link = await withStand({ role: 'all', archive: records, watched: profile }, stand =>
      measureLink(stand, { records, seconds, profile }),
    )
    if (results.link.profile !== undefined) printProfile(results.link.profile)
  }
  if (wants('shadow')) {
    results.shadow = await withStand({ role: 'all' }, one =>
      withStand({ role: 'all', changedBy: 'without-shadow.ts' }, other =>
        measureShadow({ with: one, without: other }, options.seconds),
      ),
    )
  }
  if (wants('identity'))
    results.identity = await measureIdentity({ customers: options.customers, seconds: options.seconds })
  return results
}

/** Growth is measured on the database that the end-to-end runs used: the same hub, before and after. */
async function measureFlows(stand: Stand, options: Options, results: Results): Promise<void> {
  const { seconds, profile } = options
  if (options.parts.includes('endToEnd')) {
    results.endToEnd = await measureEndToEnd(stand, { seconds, profile })
    if (results.endToEnd.saturated.profile !== undefined) printProfile(results.endToEnd.saturated.profile)
  }
  if (!options.parts.includes('growth')) return
  if (results.endToEnd === undefined) await warmUp(stand, seconds)
  const few = results.endToEnd?.saturated ?? (await measureSaturated(stand, { seconds, profile: false }))
  results.growth = await measureGrowth(stand, few, options.goldens, seconds)
}

async function withStand<T>(options: StandOptions, run: (stand: Stand) => Promise<T>): Promise<T> {
  const stand = await openStand(options)
  try {
    return await run(stand)
  } finally {
    await stand.stop()
  }
}

async function closeAll(): Promise<void> {
  await closeStands()
  await stopChildren()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeAll().finally(() => process.exit(130)))

try {
  const options = readOptions()
  console.error(machine())
  const results = await measure(options)
  printReport(results)
  if (options.json) console.log(JSON.stringify(report(results)))
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exitCode = 1
} finally {
  await closeAll()
}
