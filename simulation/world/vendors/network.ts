import type { Outcome } from '#connector/outcome.ts'
import type { SimContext } from '../../contract.ts'

/** How calls to one vendor fare: slow, down, throttled, lost before or after they took effect. */
export interface Network {
  call<T>(work: () => T, failed: (outcome: Outcome) => T, lost: (reason: string) => T): Promise<T>
  downForMs(durationMs: number): void
  calm(): void
  /** Calls made since the world became calm, for the silence that must follow. */
  lastCallMs(): number
}

export function createNetwork({ clock, random, undisturbed }: SimContext): Network {
  let calm = false
  let downUntilMs = 0
  let lastCallMs = 0
  return {
    async call(work, failed, lost) {
      lastCallMs = clock.nowMs()
      await clock.sleep(20 + random.integer(calm ? 100 : random.pick([100, 400, 5_000])))
      if (calm) return await answered(work())
      if (clock.nowMs() < downUntilMs) return failed({ kind: 'retry', reason: 'connect: refused' })
      const dice = random.next()
      if (dice < 0.03) return failed({ kind: 'retry', reason: '503: busy' })
      if (dice < 0.06 && !undisturbed) {
        const notBeforeMs = clock.nowMs() + 1_000 + random.integer(60_000)
        return failed({ kind: 'retry', reason: '429: slow down', throttled: true, notBeforeMs })
      }
      if (dice < 0.09) return lost('timeout: the request was lost')
      const result = work()
      if (dice < 0.14) {
        await clock.sleep(5_000)
        return lost('timeout: the answer was lost')
      }
      return await answered(result)
    },
    downForMs(durationMs) {
      if (!undisturbed) downUntilMs = clock.nowMs() + durationMs
    },
    calm() {
      calm = true
      downUntilMs = 0
    },
    lastCallMs: () => lastCallMs,
  }

  /** Between what happened at the vendor and the hub's learning of it passes time, in which other things happen. */
  async function answered<T>(result: T): Promise<T> {
    await clock.sleep(5 + random.integer(calm ? 50 : random.pick([50, 300, 3_000])))
    return result
  }
}
