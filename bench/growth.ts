import { type Flow, measureSaturated } from './end-to-end.ts'
import { fillGoldens } from './fill.ts'
import type { Stand } from './stand.ts'

/** What an event costs with many golden records stored, against what it cost with few. */
export interface Growth {
  goldens: number
  /** CPU of hub and database per event; the other way round by throughput where the machine does not tell CPU. */
  ratio: number
  /** Events per second with few records stored, over those with many: noisier, but waiting for the disk is in it. */
  throughputRatio: number
  /** The hub's highest memory. */
  hubRssMiB: number
  few: Flow
  many: Flow
}

/** Fills the stand's database and runs the saturated run again. */
export async function measureGrowth(stand: Stand, few: Flow, goldens: number, seconds: number): Promise<Growth> {
  await fillGoldens(stand, goldens)
  const many = await measureSaturated(stand, { seconds, profile: false })
  const throughputRatio = few.eventsPerSecond / many.eventsPerSecond
  const costs = [many, few].map(({ cpuMsPerEvent: { hub, postgres } }) => hub + postgres)
  const ratio = (costs[0] ?? 0) / (costs[1] ?? 0)
  return {
    goldens,
    ratio: Number.isFinite(ratio) && ratio > 0 ? ratio : throughputRatio,
    throughputRatio,
    hubRssMiB: stand.hubMemoryMiB().peak,
    few,
    many,
  }
}
