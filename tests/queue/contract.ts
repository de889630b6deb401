import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { assert } from '#model/assert.ts'
import type { QueueBackend } from '#queue/backend.ts'
import type { Drain } from '#queue/drain.ts'
import { type Wakes, type WakesOptions, createWakes } from '#queue/wakes.ts'
import { testLog } from '../support/postgres.ts'

/** What the contract needs from a store under test. */
export interface Store {
  /** A backend as one process opens it. */
  open(): Promise<QueueBackend>
  /** Ends the server and starts it again. A store that keeps nothing comes back empty. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Each test wakes shards of its own: the last wake-up of one test may still be in the queue when the next begins. */
const shards = 32
const BURST_SHARDS = 8
/** Far beyond any test: what happens, happens by wake-ups alone. */
const never = 3_600_000
const nothingMore = { more: false }

/** Runs the promises of `Wakes` against BullMQ on one store. */
export function describeWakes(name: string, makeStore: () => Promise<Store>): void {
  describe(`wake-ups on ${name}`, () => {
    let store: Store
    const open: { wakes: Wakes; backend: QueueBackend }[] = []

    beforeAll(async () => void (store = await makeStore()))
    afterAll(() => store?.stop())
    /** Drains wait at gates; a failed test must not leave one closed, or nothing ever stops. */
    const gates: PromiseWithResolvers<void>[] = []
    const makeGate = (): PromiseWithResolvers<void> => {
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      return gate
    }

    afterEach(async () => {
      for (const gate of gates.splice(0)) gate.resolve()
      for (const { wakes } of open) await wakes.stop()
      for (const { backend } of open.splice(0)) await backend.close()
    })

    /** One process of the cluster. Without `sweepEveryMs` it sweeps at its start and then not again. */
    async function processOf(settings: Partial<WakesOptions> & { drain?: Drain; concurrency?: number }) {
      const { drain, concurrency = 2, ...options } = settings
      const backend = await store.open()
      const wakes = createWakes({
        backend,
        shards,
        processId: `process-${open.length}`,
        hasOtherWorkers: () => false,
        log: testLog,
        sweepEveryMs: never,
        repairMs: 200,
        ...options,
      })
      open.push({ wakes, backend })
      if (drain !== undefined) wakes.work('plan', drain, { concurrency, due: async () => [] })
      return wakes
    }

    async function startedProcess(settings: Parameters<typeof processOf>[0]): Promise<Wakes> {
      const wakes = await processOf(settings)
      await wakes.start()
      return wakes
    }

    test('a worker wakes itself, without the queue', async () => {
      const drained = counter()
      const wakes = await startedProcess({ drain: drained.drain })
      wakes.wake('plan', [8])
      await new Promise(setImmediate)
      expect(drained.of(8)).toBe(1)
    })

    test('a process that works on nothing wakes one that does', async () => {
      const drained = counter()
      await startedProcess({ drain: drained.drain })
      const gateway = await startedProcess({})
      gateway.wake('plan', [9, 10])
      await expect.poll(() => [drained.of(9), drained.of(10)]).toEqual([1, 1])
    })

    test('no wake-up is lost, and drains of one shard never overlap', async () => {
      const rows = new Map<number, number>()
      const running = new Set<number>()
      let overlaps = 0
      let left = 0
      const drain: Drain = async shard => {
        if (running.has(shard)) overlaps += 1
        running.add(shard)
        const taken = rows.get(shard) ?? 0
        rows.set(shard, 0)
        await delay(shard % 3)
        left -= taken
        running.delete(shard)
        return nothingMore
      }
      const worker = await startedProcess({ drain, concurrency: 4 })
      const gateway = await startedProcess({})
      for (let row = 0; row < 600; row += 1) {
        const shard = row % BURST_SHARDS
        left += 1
        rows.set(shard, (rows.get(shard) ?? 0) + 1)
        const sender = row % 5 === 0 ? worker : gateway
        sender.wake('plan', [shard])
        if (row % 7 === 0) await delay(1)
      }
      await expect.poll(() => left).toBe(0)
      expect(overlaps).toBe(0)
    })

    test('a wake-up during a drain runs it once more, not twice', async () => {
      const gate = makeGate()
      const drained = counter(() => gate.promise)
      const worker = await startedProcess({ drain: drained.drain })
      worker.wake('plan', [11])
      await expect.poll(() => drained.of(11)).toBe(1)
      for (let i = 0; i < 5; i += 1) worker.wake('plan', [11])
      gate.resolve()
      await expect.poll(() => drained.of(11)).toBe(2)
      worker.wake('plan', [12])
      await expect.poll(() => drained.of(12)).toBe(1)
      expect(drained.of(11)).toBe(2)
    })

    // Now and then the queue hands a job to a worker that is just closing, and gives it out again only a minute later. The
    // product's sweep makes up for that; here nothing sweeps. Until then the shard takes no other wake-up, so that each try
    // needs a shard of its own.
    const freshShards = [13, 28, 29]
    test('a wake-up from elsewhere during a drain is not lost', { retry: freshShards.length - 1 }, async () => {
      const shard = freshShards.shift()
      assert(shard !== undefined, 'more tries than shards')
      const gate = makeGate()
      const drained = counter(() => gate.promise)
      await startedProcess({ drain: drained.drain })
      const gateway = await startedProcess({})
      gateway.wake('plan', [shard])
      await expect.poll(() => drained.of(shard)).toBe(1)
      gateway.wake('plan', [shard])
      // Its last wake-ups have reached the queue when it has stopped.
      await gateway.stop()
      gate.resolve()
      // One more drain is needed; another, finding nothing, does no harm.
      await expect.poll(() => drained.of(shard)).toBeGreaterThan(1)
    })

    test('wake-ups in quick succession leave as one job per 20 ms', async () => {
      const drained = counter()
      await startedProcess({ drain: drained.drain })
      const gateway = await startedProcess({})
      const startedAt = performance.now()
      while (performance.now() - startedAt < 200) {
        gateway.wake('plan', [14])
        await new Promise(setImmediate)
      }
      gateway.wake('plan', [15])
      await expect.poll(() => drained.of(15)).toBe(1)
      expect(drained.of(14)).toBeGreaterThan(1)
      expect(drained.of(14)).toBeLessThanOrEqual((performance.now() - startedAt) / 20 + 2)
    })

    test.each(['here', 'elsewhere'])('a timer %s fires at its time and swallows no wake-up before it', async where => {
      const drained = counter()
      const shard = where === 'here' ? 16 : 17
      const worker = await startedProcess({ drain: drained.drain })
      const sender = where === 'here' ? worker : await startedProcess({})
      const at = Date.now() + 1500
      sender.wakeAt('plan', shard, new Date(at + 60_000))
      sender.wakeAt('plan', shard, new Date(at))
      sender.wakeAt('plan', shard, new Date(at + 30_000))
      sender.wake('plan', [shard])
      await expect.poll(() => drained.of(shard)).toBe(1)
      expect(Date.now()).toBeLessThan(at)
      await expect.poll(() => drained.of(shard)).toBe(2)
      expect(Date.now()).toBeGreaterThanOrEqual(at - 5)
    })

    test('a drain that has more runs on; one that names a time runs at that time', async () => {
      const times: number[] = []
      const worker = await startedProcess({
        drain: async () => {
          times.push(Date.now())
          if (times.length < 3) return { more: true }
          return times.length === 3 ? { more: false, nextDueAt: new Date(Date.now() + 150) } : nothingMore
        },
      })
      worker.wake('plan', [18])
      await expect.poll(() => times.length).toBe(4)
      expect((times[3] ?? 0) - (times[2] ?? 0)).toBeGreaterThanOrEqual(145)
    })

    test('the sweep finds work that nobody announced, and tries again what failed', async () => {
      const drained = counter(async shard => {
        if (drained.of(shard) === 1) throw new Error('first time')
      })
      const wakes = await processOf({ sweepEveryMs: 30 })
      wakes.work('read', drained.drain, { concurrency: 1, due: async () => [19] })
      await wakes.start()
      await expect.poll(() => drained.of(19)).toBeGreaterThanOrEqual(2)
    })

    test('stop waits for the drains under way and starts no others', async () => {
      const gate = makeGate()
      let ended = false
      const drained = counter(async () => {
        await gate.promise
        ended = true
      })
      const worker = await startedProcess({ drain: drained.drain, concurrency: 1 })
      worker.wake('plan', [20, 21])
      await expect.poll(() => drained.of(20)).toBe(1)
      const stopped = worker.stop().then(() => ended)
      worker.wake('plan', [22])
      expect(await Promise.race([stopped, delay(200, 'waiting')])).toBe('waiting')
      gate.resolve()
      expect(await stopped).toBe(true)
      expect([drained.of(21), drained.of(22)]).toEqual([0, 0])
    })

    test('a recurring job runs on one process of two each time', async () => {
      const runs: number[] = []
      const run = async (): Promise<void> => void runs.push(Date.now())
      for (const wakes of [await startedProcess({}), await startedProcess({})]) await wakes.every('tick', 300, run)
      await expect.poll(() => runs.length).toBeGreaterThanOrEqual(4)
      const gaps = runs.slice(2).map((at, index) => at - (runs[index + 1] ?? 0))
      expect(Math.min(...gaps)).toBeGreaterThan(50)
    })

    test('after a restart of the server everything goes on', async () => {
      const drained = counter()
      let ticks = 0
      await startedProcess({ drain: drained.drain })
      const gateway = await startedProcess({})
      await gateway.every('tock', 200, async () => void (ticks += 1))
      gateway.wake('plan', [23])
      await expect.poll(() => drained.of(23)).toBe(1)
      await store.restart()
      const before = ticks
      await expect.poll(() => (gateway.wake('plan', [24]), drained.of(24)), { interval: 100 }).toBeGreaterThan(0)
      await expect.poll(() => ticks).toBeGreaterThan(before + 1)
    })
  })
}

/** A drain that counts its runs per shard when it begins. */
function counter(body: (shard: number) => Promise<void> = async () => {}) {
  const runs = new Map<number, number>()
  const of = (shard: number): number => runs.get(shard) ?? 0
  const drain: Drain = async shard => {
    runs.set(shard, of(shard) + 1)
    await body(shard)
    return nothingMore
  }
  return { of, drain }
}
