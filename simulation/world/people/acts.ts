import type { Json, JsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import { createAsk } from './asking.ts'
import type { Vendor } from '../vendors/vendor.ts'

/** What operators do to the hub itself. */
export interface Acts {
  replay(): void
  pause(): void
  retry(): void
  /** Everything that people had stopped goes on. */
  calm(): void
}

export function createActs(vendors: readonly Vendor[], context: SimContext): Acts {
  const { hub, random, clock } = context
  /** Each with the answer to who paused it: what is not answered may be asked again, and must not come after the resuming. */
  const paused = new Map<string, Promise<unknown>>()
  const ask = createAsk(context)

  /** An act that first looks at the hub's rows. */
  async function actOn(
    query: string,
    name: string,
    parameters: (rows: JsonObject[]) => JsonObject | undefined,
  ): Promise<void> {
    const asked = parameters(await hub.rows<JsonObject>(query))
    if (asked === undefined) return
    context.tell(`somebody asks the hub to ${name} ${JSON.stringify(asked)}`)
    await ask(name, asked)
  }

  async function resume(system: string): Promise<void> {
    const answer = paused.get(system)
    if (answer === undefined) return
    paused.delete(system)
    await answer
    context.tell(`${system} is resumed`)
    await ask('resumeSystem', { system, by: 'operator' })
  }

  return {
    replay() {
      const query = `select id from event where (state = 'processed' or (state = 'ignored' and reason <> 'duplicate')) order by id desc limit 40`
      void actOn(query, 'replayEvents', rows =>
        given(
          'ids',
          rows.filter(() => random.chance(0.2)).map(({ id = null }) => id),
        ),
      )
    },
    pause() {
      const { system } = random.pick(vendors).dialect
      if (paused.has(system)) return
      context.tell(`${system} is paused`)
      paused.set(system, ask('pauseSystem', { system, reason: 'maintenance', by: 'operator' }))
      clock.after(random.integer(300_000), () => void resume(system))
    },
    retry() {
      const query = `select system, object, golden_id as "goldenId" from delivery order by golden_id, system limit 200`
      void actOn(query, 'retryDeliveries', rows =>
        given(
          'keys',
          rows.filter(() => random.chance(0.1)),
        ),
      )
    },
    calm() {
      for (const system of paused.keys()) void resume(system)
    },
  }
}

/** Nobody asks for nothing. */
function given(name: string, list: readonly Json[]): JsonObject | undefined {
  return list.length === 0 ? undefined : { [name]: [...list] }
}
