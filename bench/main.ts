import { stopChildren } from './children.ts'
import { runFlow } from './end-to-end.ts'
import { readOptions } from './options.ts'
import { openStand } from './stand.ts'
import { printProfile } from './report.ts'

const options = readOptions()

async function run(): Promise<void> {
  const stand = await openStand('all', options.profile)
  try {
    const warm = Math.max(100, Math.ceil(options.seconds * 400))
    console.error(
      'warm',
      (await runFlow(stand, { run: 1, count: warm, kind: 'creates', outstandingMax: 12_000 })).eventsPerSecond,
    )
    const saturated = await runFlow(stand, {
      run: 1,
      count: options.seconds * 2500,
      kind: 'mixed',
      seconds: options.seconds,
      outstandingMax: 12_000,
      profile: options.profile,
    })
    if (saturated.profile) printProfile(saturated.profile)
    console.error({ ...saturated, profile: undefined })
  } finally {
    await stand.stop()
  }
}

await run().finally(stopChildren)
