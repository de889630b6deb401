import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readSavedServer } from '#store/embedded/place.ts'
import { isRunning, lookAtProcess } from '#store/embedded/process-facts.ts'
import { type EmbeddedPostgres, readEmbeddedConnection, startEmbeddedPostgres } from '#store/embedded/start.ts'
import { testLog } from '../../support/postgres.ts'

// Making a database writes some 40 MB to disk for good, which takes seconds on a busy one.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let whole = ''
let base = ''
let dataDir = ''
const started: EmbeddedPostgres[] = []
const children: ChildProcess[] = []

/** A folder that root's server can enter too, so that the database lies in the data folder and can be copied with it. */
function makeBase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-embedded-'))
  chmodSync(folder, 0o711)
  return folder
}

beforeAll(async () => {
  whole = makeBase()
  const server = await startEmbeddedPostgres({ dataDir: join(whole, 'data'), log: testLog })
  await server.stop()
})
afterAll(() => rmSync(whole, { recursive: true, force: true }))

beforeEach(() => {
  base = makeBase()
  dataDir = join(base, 'data')
  execFileSync('cp', ['-a', join(whole, 'data'), dataDir])
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const server of started.splice(0)) await server.destroy()
  rmSync(base, { recursive: true, force: true })
})

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: testLog, settings: { shared_buffers: '32MB' } })
  started.push(server)
  return server
}

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** Starts a hub as another process would; resolves with the first line it prints. */
async function startChild(): Promise<{ child: ChildProcess; said: Record<string, unknown> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hub.ts'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  if (child.stdout === null) throw new Error('no standard output')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, said: JSON.parse(line) as Record<string, unknown> }
}

test('data outlives a stop, settings are durable, and a stranger without the password gets nothing', async () => {
  const first = await start()
  await query(first.url, 'create table kept (id int); insert into kept values (42)')
  const [settings] = await query<Record<string, string>>(
    first.url,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync,
            current_setting('full_page_writes') as pages, current_setting('server_version') as version`,
  )
  expect(settings).toMatchObject({
    fsync: 'on',
    sync: 'on',
    pages: 'on',
    version: expect.stringMatching(/^18/) as string,
  })
  await expect(query(first.url.replace(/:[^:@/]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password')
  expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600)
  await first.stop()
  expect(isRunning(first.pid())).toBe(false)
  const second = await start()
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 42 }])
  expect(second.connection.port).toBe(first.connection.port)
})

test('another process of the machine finds the server by the data folder', async () => {
  expect(readEmbeddedConnection(base)).toBeUndefined()
  const server = await start()
  expect(readEmbeddedConnection(dataDir)).toEqual(server.connection)
})

test('a second hub on the same data is refused with the process that holds it', async () => {
  await start()
  const { said } = await startChild()
  expect(said).toEqual({ code: 'data_in_use', message: expect.stringContaining(`process ${process.pid}`) as string })
})

test('after kill -9 of the hub its server is stopped, and what was committed is there', async () => {
  const { child, said } = await startChild()
  await query(String(said['url']), 'create table kept (id int); insert into kept values (1)')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isRunning(Number(said['pid']))).toBe(true)
  const server = await start()
  expect(isRunning(Number(said['pid']))).toBe(false)
  expect(await query(server.url, 'select id from kept')).toEqual([{ id: 1 }])
})

test('after kill -9 of the hub and of its server together it starts again', async () => {
  const { child, said } = await startChild()
  process.kill(Number(said['pid']), 'SIGKILL')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const server = await start()
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('after kill -9 of the server alone it comes back on the same port', async () => {
  const server = await start()
  const pid = server.pid()
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => server.pid(), { timeout: 15_000, interval: 20 }).not.toBe(pid)
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('if its port was taken meanwhile it takes another', async () => {
  const first = await start()
  await first.stop()
  const thief = createServer().listen(first.connection.port, '127.0.0.1')
  await once(thief, 'listening')
  const second = await start()
  thief.close()
  expect(second.connection.port).not.toBe(first.connection.port)
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a start that was killed while it made the files is taken up again', async () => {
  const first = await start()
  await first.stop()
  const home = readSavedServer(dataDir)?.home ?? ''
  rmSync(join(home, 'postgres'), { recursive: true })
  mkdirSync(join(home, 'postgres.new', 'files', 'base'), { recursive: true })
  const second = await start()
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a deleted data folder starts fresh', async () => {
  chmodSync(base, 0o700)
  rmSync(dataDir, { recursive: true })
  const first = await start()
  await query(first.url, 'create table kept (id int)')
  const home = readSavedServer(dataDir)?.home ?? ''
  await first.stop()
  rmSync(dataDir, { recursive: true })
  const second = await start()
  expect(await query(second.url, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }])
  rmSync(home === dataDir ? join(base, 'none') : home, { recursive: true, force: true })
})

describe('a clear refusal', () => {
  test('when a file is in the way', async () => {
    rmSync(dataDir, { recursive: true })
    writeFileSync(dataDir, '')
    await expect(start()).rejects.toMatchObject({
      code: 'data_unwritable',
      message: expect.stringContaining(dataDir) as string,
    })
  })

  test('when the database was written by another PostgreSQL', async () => {
    const first = await start()
    await first.stop()
    writeFileSync(join(readSavedServer(dataDir)?.home ?? '', 'postgres', 'PG_VERSION'), '17\n')
    await expect(start()).rejects.toMatchObject({ code: 'data_incompatible' })
  })

  test('when the server itself fails, with its own words, and the folder is free again', async () => {
    const bad = startEmbeddedPostgres({ dataDir, log: testLog, settings: { shared_buffers: 'nonsense' } })
    await expect(bad).rejects.toMatchObject({
      code: 'server_failed',
      message: expect.stringContaining('shared_buffers') as string,
    })
    await start()
  })
})

describe('the lock', () => {
  test('of a process that is gone is taken over', async () => {
    const first = await start()
    const lock = join(readSavedServer(dataDir)?.home ?? '', 'hub.lock')
    const held = JSON.parse(readFileSync(lock, 'utf8')) as object
    await first.stop()
    expect(existsSync(lock)).toBe(false)
    writeFileSync(lock, JSON.stringify({ ...held, startedAt: 'another boot' }))
    const second = await start()
    await second.stop()
    writeFileSync(lock, 'half a li')
    await start()
  })

  test('names a process by more than its number', () => {
    const mine = lookAtProcess(process.pid)
    expect(mine?.command).toContain('node')
    expect(lookAtProcess(process.ppid)?.startedAt).not.toBe(mine?.startedAt)
  })
})
