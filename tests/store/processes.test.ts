import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { type Processes, type Role, createProcesses } from '#store/processes.ts'
import { createTestDatabase, testLog } from '../support/postgres.ts'

const { database } = await createTestDatabase()
const started: Processes[] = []

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

async function startProcess(role: Role, heartbeatMs = 20): Promise<Processes> {
  const one = createProcesses({ database, id: randomUUID(), roles: [role], log: testLog, heartbeatMs, aliveMs: 5_000 })
  started.push(one)
  await one.start()
  return one
}

test('processes see one another come and go; only workers count as workers', async () => {
  const first = await startProcess('all')
  expect(first.others()).toEqual([])
  await startProcess('gateway')
  await expect.poll(() => first.others().length).toBe(1)
  expect(first.hasOtherWorkers()).toBe(false)
  const worker = await startProcess('worker')
  await worker.setConfigRevision(7)
  await expect.poll(() => first.hasOtherWorkers()).toBe(true)
  await expect.poll(() => new Set(first.others().map(other => other.configRevision))).toEqual(new Set([7, null]))
  await worker.stop()
  await expect.poll(() => first.hasOtherWorkers()).toBe(false)
})

test('a process without a heartbeat counts as dead', async () => {
  await startProcess('worker', 3_600_000)
  const first = await startProcess('all')
  expect(first.hasOtherWorkers()).toBe(true)
  await sql`update process set heartbeat_at = now() - interval '6 s' where roles = '{worker}'`.execute(database.kysely)
  await expect.poll(() => first.hasOtherWorkers()).toBe(false)
})
