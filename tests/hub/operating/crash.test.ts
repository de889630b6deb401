import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { signStandardWebhook } from '#connector/standard-webhooks.ts'
import { openDatabase } from '#store/database.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { until } from '../../support/hub.ts'
import { testLog } from '../../support/postgres.ts'
import { startVendors, type Vendors } from '../fixtures/vendors.ts'
import { openWork } from '../open-work.ts'

const CUSTOMERS = 240
const KILLS = 3
const SENDERS = 6
const SECRET = `whsec_${randomBytes(24).toString('base64')}`
const base = mkdtempSync(path.join(tmpdir(), 'patchbay-crash-'))
// Open to the user that the server runs as under root.
chmodSync(base, 0o711)
const dataDir = path.join(base, 'data')
const running = new Set<ChildProcess>()

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(base, { recursive: true, force: true })
})

/** Starts a hub in a child process; resolves with its address when it listens. */
async function startChild(vendors: Vendors): Promise<{ child: ChildProcess; lines: Interface; url: string }> {
  const child = spawn(
    process.execPath,
    [
      path.join(import.meta.dirname, '../fixtures/hub-process.ts'),
      path.join(import.meta.dirname, '../fixtures/crash.yaml'),
    ],
    {
      cwd: base,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CRASH_DATA: dataDir,
        CRASH_SECRET: SECRET,
        CRASH_VENDORS: vendors.url,
      },
    },
  )
  running.add(child)
  void once(child, 'exit').then(() => running.delete(child))
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the hub ended before it listened')))
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  ended.catch(() => {})
  return { child, lines, url: (JSON.parse(line) as { url: string }).url }
}

test(
  'a hub that is killed again and again loses nothing that it acknowledged and writes nothing twice',
  { timeout: 120_000 },
  async () => {
    const vendors = await startVendors(40)
    let hub = await startChild(vendors)
    const acknowledged = new Map<string, number>()

    /** Sends one event until it is acknowledged, as vendors do, with the same id. */
    async function send(customer: number, version: number): Promise<void> {
      const id = `evt_${customer}_${version}`
      const body = JSON.stringify({
        type: 'contact.updated',
        timestamp: new Date(Date.UTC(2026, 0, version)).toISOString(),
        data: { id: `s${customer}`, mail: `c${customer}@example.com`, name: `Version ${version}` },
      })
      for (;;) {
        const headers = { 'content-type': 'application/json', ...signStandardWebhook(id, Date.now(), body, [SECRET]) }
        const reply = await fetch(`${hub.url}/in/site`, {
          method: 'POST',
          body,
          headers,
          signal: AbortSignal.timeout(5_000),
        }).catch(() => undefined)
        const replyBody = await reply?.text().catch(() => undefined)
        if (reply?.status === 202 && replyBody !== undefined) break
        await delay(50)
      }
      acknowledged.set(id, customer)
    }

    const jobs = [1, 2].flatMap(version => Array.from({ length: CUSTOMERS }, (_, customer) => ({ customer, version })))
    let next = 0
    const senders = Array.from({ length: SENDERS }, async () => {
      for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await send(job.customer, job.version)
    })
    const progress: number[] = []
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await until(
        () => acknowledged.size,
        count => count >= (jobs.length * kill) / (KILLS + 1),
        60_000,
      )
      const exited = once(hub.child, 'exit')
      hub.child.kill('SIGKILL')
      await exited
      const killedAt = performance.now()
      // What the vendors were still doing for the dead hub is no progress of the new one.
      await delay(100)
      const writes = vendors.writes()
      hub = await startChild(vendors)
      await until(
        () => vendors.writes(),
        count => count > writes,
        30_000,
      )
      progress.push(performance.now() - killedAt)
    }
    await Promise.all(senders)
    expect(acknowledged.size).toBe(jobs.length)
    expect(Math.max(...progress)).toBeLessThan(10_000)

    await until(
      () =>
        [...vendors.crm.values(), ...vendors.desk.values(), ...vendors.hook.values()].filter(
          record => record['name'] === 'Version 2',
        ).length,
      count => count === 3 * CUSTOMERS,
      60_000,
    )
    const calm = once(hub.lines, 'line')
    hub.child.kill('SIGUSR2')
    await calm
    const exited = once(hub.child, 'exit')
    hub.child.kill('SIGTERM')
    await exited

    const server = await startEmbeddedPostgres({ dataDir, log: testLog })
    const database = openDatabase({ connection: server.url, poolMax: 2, applicationName: 'test', log: testLog })
    try {
      const rows = async <T>(text: string): Promise<T[]> => (await sql.raw<T>(text).execute(database.kysely)).rows
      const processed = await rows<{ id: string }>(
        `select distinct vendor_event_id as id from event where state = 'processed'`,
      )
      expect(processed).toHaveLength(jobs.length)
      expect(
        await rows(
          `select state, reason from event where state not in ('processed', 'ignored') or (state = 'ignored' and reason <> 'duplicate')`,
        ),
      ).toEqual([])
      expect(await openWork(rows)).toEqual([])
      const goldens = await rows<{ id: string }>(`select id from golden_record where state = 'active' order by id`)
      expect(goldens).toHaveLength(CUSTOMERS)
      const ids = goldens.map(golden => golden.id)
      for (const held of [vendors.crm, vendors.desk, vendors.hook]) {
        expect([...held.values()].flatMap(({ ext }) => (typeof ext === 'string' ? [ext] : [])).sort(byText)).toEqual(
          ids,
        )
      }
      expect([...vendors.created].filter(([, times]) => times > 1)).toEqual([])
    } finally {
      await database.close()
      await server.stop()
      await vendors.close()
    }
  },
)

function byText(left: string, right: string): number {
  return left < right ? -1 : 1
}
