import { expect } from 'vitest'
import type { Scene } from '../hub/scene.ts'

/**
 * The vendor's webhooks arrive and everything has come to rest; repeated while the hub's own writes cause more of them.
 * `flush` sends those that wait and tells how each was answered.
 */
export async function settleWith(scene: Scene, flush: () => Promise<readonly number[]>): Promise<void> {
  for (;;) {
    const statuses = await flush()
    expect(statuses.filter(status => status !== 200)).toEqual([])
    await scene.calm(20_000)
    if (statuses.length === 0) return
  }
}

/** Makes what is polled of a system due now; the hub sees that by itself. */
export async function pollNow(scene: Scene, system: string): Promise<void> {
  await scene.rows(
    `update system_object set poll_due_at = now() where system = '${system}' and poll_due_at > now() returning object`,
  )
}
