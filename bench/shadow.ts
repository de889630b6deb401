import { type Flow, measureSaturated, quantile, warmUp } from './end-to-end.ts'
import type { Stand } from './stand.ts'

/** What remembering every write by fields, to recognise its echoes, costs per event. */
export interface ShadowCost {
  /** CPU of hub and database per event with the shadow, over that without; medians of the rounds. */
  ratio: number
  cpuMsPerEvent: { with: number; without: number }
  eventsPerSecond: { with: number; without: number }
  rounds: number
}

const ROUNDS = 5

/** Saturated runs of a hub with the shadow and of one without it in turns, each on a database of its own. */
export async function measureShadow(stands: { with: Stand; without: Stand }, seconds: number): Promise<ShadowCost> {
  const flows: { with: Flow; without: Flow }[] = []
  await warmUp(stands.with, seconds)
  await warmUp(stands.without, seconds)
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = async (stand: Stand): Promise<Flow> => await measureSaturated(stand, { seconds, profile: false })
    flows.push({ with: await run(stands.with), without: await run(stands.without) })
  }
  const medians = (figure: (flow: Flow) => number) => ({
    with: median(flows.map(flow => figure(flow.with))),
    without: median(flows.map(flow => figure(flow.without))),
  })
  const cpuMsPerEvent = medians(({ cpuMsPerEvent: { hub, postgres } }) => hub + postgres)
  return {
    ratio: cpuMsPerEvent.with / cpuMsPerEvent.without,
    cpuMsPerEvent,
    eventsPerSecond: medians(flow => flow.eventsPerSecond),
    rounds: ROUNDS,
  }
}

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}
