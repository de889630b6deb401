import { isJsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import { createAsk } from './asking.ts'

/** Somebody looked at what a brake held, and let it go or threw it away. */
export interface BrakeAct {
  system: string
  object: string
  how: 'release' | 'discard'
  askedMs: number
  answeredMs: number
}

/** Who looks after the brakes: now and then, and when the world is calm as long as there are any. */
export interface BrakeKeeper {
  act(): void
  calm(): void
  done(): readonly BrakeAct[]
  /** How often a brake went on. */
  tripped(): Promise<number>
}

const LOOK_MS = 60_000

export function createBrakeKeeper(context: SimContext, count: (what: string) => void): BrakeKeeper {
  const { hub, clock, tell } = context
  const random = context.stream('brakes')
  const ask = createAsk(context)
  const done: BrakeAct[] = []
  let last: Promise<void> = Promise.resolve()

  async function look(before: Promise<void>): Promise<void> {
    await before
    const on = await hub.rows<{ system: string; object: string }>(
      `select distinct system, object from brake where state = 'on' order by 1, 2`,
    )
    for (const { system, object } of on) await end(system, object, random.chance(0.7) ? 'release' : 'discard')
  }

  /** What is held is shown first; whoever has seen it confirms. */
  async function end(system: string, object: string, how: BrakeAct['how']): Promise<void> {
    const path = { system, object }
    const { result: shown } = await ask(`${how}Brake`, { path, body: { dryRun: true } })
    if (!isJsonObject(shown) || typeof shown['confirm'] !== 'string') return
    const body = { dryRun: false, confirm: shown['confirm'] }
    const { result, askedMs, answeredMs } = await ask(`${how}Brake`, { path, body })
    tell(
      `somebody asks to ${how} what the brake of ${system}/${object} holds: ${JSON.stringify(shown['count'] ?? null)}`,
    )
    if (!isJsonObject(result) || result['dryRun'] !== false) return
    done.push({ system, object, how, askedMs, answeredMs })
    count(how === 'release' ? 'brakes: released' : 'brakes: discarded')
  }

  async function keep(): Promise<void> {
    for (;;) {
      await (last = look(last))
      await clock.sleep(LOOK_MS)
    }
  }

  return {
    act() {
      if (random.chance(0.3)) last = look(last)
    },
    calm: () => void keep(),
    done: () => done,
    tripped: async () => (await hub.rows('select from brake')).length,
  }
}
