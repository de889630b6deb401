import type { Json, JsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'

/** Asks the hub for an act; what a dying process did not answer is asked again, as people do. */
export type Ask = (name: string, parameters: JsonObject) => Promise<Answer>

export interface Answer {
  result: Json
  /** It was asked more than once: an earlier time may have done it. */
  again: boolean
  /** When it was first asked, and when it was answered. */
  askedMs: number
  answeredMs: number
}

const AGAIN_MS = 5_000
const TRIES = 20

export function createAsk({ hub, clock }: SimContext): Ask {
  return async (name, parameters) => {
    const askedMs = clock.nowMs()
    let last: unknown
    for (let tries = 0; tries < TRIES; tries += 1) {
      try {
        const result = await hub.act(name, parameters)
        return { result, again: tries > 0, askedMs, answeredMs: clock.nowMs() }
      } catch (error) {
        last = error
        await clock.sleep(AGAIN_MS)
      }
    }
    throw new Error(`the hub never answered ${name}`, { cause: last })
  }
}
