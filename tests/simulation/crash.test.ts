import { Client } from 'pg'
import { expect, test } from 'vitest'
import type { Backend } from '../../simulation/harness/database/backend.ts'
import { openMemory } from '../../simulation/harness/database/memory.ts'
import { createRandom } from '../../simulation/harness/random.ts'
import { createScheduler, owners } from '../../simulation/harness/scheduler.ts'

const START_MS = Date.UTC(2026, 0, 5, 8)

/** A transaction of one process, which dies after the statement that begins like this. Returns what is stored then. */
async function storedAfterDeath(lastStatement: string): Promise<(string | null)[][]> {
  const scheduler = createScheduler(createRandom(1))
  const dying = { name: 'dying', dead: false }
  const backend: Backend = await openMemory({
    scheduler,
    onBytes() {},
    fault: (_owner, text) =>
      text.startsWith(lastStatement)
        ? {
            at: 'after',
            die() {
              dying.dead = true
              backend.reap()
            },
          }
        : undefined,
  })
  scheduler.restart(START_MS)
  await backend.restart()
  await backend.run('create table written (n int)')
  owners.run(dying, () => void writeTwice(backend))
  await scheduler.run(START_MS + 1_000)
  expect(dying.dead).toBe(true)
  expect(backend.isHeld()).toBe(false)
  return await backend.rows('select n from written order by n')
}

async function writeTwice({ connection }: Backend): Promise<void> {
  const client = new Client(connection)
  await client.connect()
  await client.query('begin')
  await client.query('insert into written values (1)')
  await client.query('insert into written values (2)')
  await client.query('commit')
}

test('a simulated process that dies after a statement takes its whole transaction with it', async () => {
  expect(await storedAfterDeath('insert into written values (2)')).toEqual([])
})

test('what it committed stays, although it never learned of it', async () => {
  expect(await storedAfterDeath('commit')).toEqual([['1'], ['2']])
})
