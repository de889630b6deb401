import type { SimContext } from '../contract.ts'
import { createAsk } from './people/asking.ts'

/** A system that was used for years before the hub came: somebody has it loaded, looks at the plan, and makes it live. */
export interface FirstLink {
  act(): void
  /** Goes on until it is live. */
  calm(): void
}

type State = 'new' | 'loading' | 'review' | 'live'

const LOOK_MS = 10_000

export function createFirstLink(system: string, context: SimContext, count: (what: string) => void): FirstLink {
  const { hub, clock, tell } = context
  const random = context.stream('first link')
  const ask = createAsk(context)

  /** The state that the slowest of its objects is in. */
  async function state(): Promise<State> {
    const rows = await hub.rows<{ state: State }>(`
      select link_state as state from system_object where system = '${system}' and load_group is not null
      order by array_position(array['new', 'loading', 'review', 'live'], link_state) limit 1`)
    return rows[0]?.state ?? 'new'
  }

  async function goOn(): Promise<State> {
    const now = await state()
    const next = now === 'new' ? 'startLink' : now === 'review' ? 'applyLink' : undefined
    if (next === undefined) return now
    tell(`somebody asks for ${next} of ${system}, which is ${now}`)
    await ask(next, { path: { system }, query: {} })
    count(`first link: ${next}`)
    return now
  }

  async function finish(): Promise<void> {
    while ((await goOn()) !== 'live') await clock.sleep(LOOK_MS)
  }

  return {
    act() {
      if (random.chance(0.3)) void goOn()
    },
    calm: () => void finish(),
  }
}
