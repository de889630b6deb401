import type { SimRandom } from '../contract.ts'
import { owners, type Handle, type Scheduler } from './scheduler.ts'

/**
 * Puts simulated time and chance in the place of Node's in this process, for good: the simulator runs in processes of its
 * own. Not only our code reads the clock and sets timers, but also pg's pool, kysely and the rate limiter; whoever has
 * no clock passed in is covered too. Timers belong to the simulated process that set them, and die with it.
 */
export function replaceGlobals(scheduler: Scheduler, random: SimRandom, isInDatabase: () => boolean): void {
  // The database runs inside this process: its clock is this one, in microseconds.
  Date.now = () => (isInDatabase() ? scheduler.exactMs() : scheduler.nowMs())
  performance.now = () => scheduler.nowMs()
  Math.random = () => random.next()
  // The database's gen_random_uuid.
  Object.defineProperty(globalThis.crypto, 'getRandomValues', {
    value: <T extends Uint8Array>(bytes: T): T => {
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = random.integer(256)
      return bytes
    },
  })
  // The heartbeat of a process names it.
  Object.defineProperty(process, 'pid', { value: 1 })
  const timer = (handle: Handle) => ({
    ref() {
      return this
    },
    unref() {
      return this
    },
    hasRef: () => false,
    cancel: () => handle.cancel(),
  })
  const clear = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null && 'cancel' in handle && typeof handle.cancel === 'function')
      handle.cancel()
  }
  type Callback = (...args: unknown[]) => void
  Object.assign(globalThis, {
    // PostgreSQL's own timers (its statistics, timeouts of locks that nobody else could hold) have nothing to do here.
    setTimeout: (run: Callback, delayMs = 0, ...args: unknown[]) =>
      timer(isInDatabase() ? { cancel() {} } : scheduler.after(delayMs, () => run(...args), owners.getStore())),
    setInterval: (run: Callback, everyMs = 0, ...args: unknown[]) =>
      timer(scheduler.every(everyMs, () => run(...args), owners.getStore())),
    setImmediate: (run: Callback, ...args: unknown[]) => timer(scheduler.soon(() => run(...args), owners.getStore())),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  })
}
