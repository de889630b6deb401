import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findPackage, prepareNativeFiles } from '#store/embedded/native-files.ts'
import { canEnter, findPlace, readSavedServer, writeSavedServer } from '#store/embedded/place.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { testLog } from '../../support/postgres.ts'

vi.setConfig({ testTimeout: 120_000 })

const isRoot = process.getuid?.() === 0
/** Not a missing service: an ordinary user's run has nothing to test here. `npm test` knows these by their name. */
function asRoot(name: string, body: () => Promise<void>): void {
  if (isRoot) test(name, body)
  else test.skip(`${name} (only as root)`, body)
}

let base = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'patchbay-root-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

describe('the programs', () => {
  test('get their library links where install scripts were off', () => {
    const packageDir = copyWithoutLinks()
    const native = prepareNativeFiles({ asRoot: false, sharedDir: join(base, 'shared'), packageDir })
    expect(execFileSync(native.postgres, ['--version'], { encoding: 'utf8' })).toContain('PostgreSQL) 18')
    expect(execFileSync(native.initdb, ['--version'], { encoding: 'utf8' })).toContain('PostgreSQL) 18')
    expect(lstatSync(join(packageDir, 'native/lib/libpq.so.5')).isSymbolicLink()).toBe(true)
  })

  test('are copied for root to where everybody can run them, once per version', () => {
    const packageDir = copyWithoutLinks()
    chmodSync(join(packageDir, 'native', 'bin', 'postgres'), 0o700)
    const sharedDir = join(base, 'shared')
    const native = prepareNativeFiles({ asRoot: true, sharedDir, packageDir })
    expect(dirname(dirname(dirname(native.postgres)))).toBe(sharedDir)
    expect(statSync(native.postgres).mode & 0o777).toBe(0o755)
    expect(execFileSync(native.initdb, ['--version'], { encoding: 'utf8' })).toContain('PostgreSQL) 18')
    const madeAt = statSync(native.postgres).ino
    expect(statSync(prepareNativeFiles({ asRoot: true, sharedDir, packageDir }).postgres).ino).toBe(madeAt)
  })

  function copyWithoutLinks(): string {
    const packageDir = join(base, 'package')
    cpSync(findPackage(), packageDir, {
      recursive: true,
      verbatimSymlinks: true,
      filter: path => !lstatSync(path).isSymbolicLink(),
    })
    expect(existsSync(join(packageDir, 'native/lib/libpq.so.5'))).toBe(false)
    return packageDir
  }
})

describe('as root', () => {
  asRoot('a data folder under a closed home keeps its database outside, and knows where', async () => {
    chmodSync(base, 0o700)
    const dataDir = join(base, 'data')
    const server = await startEmbeddedPostgres({ dataDir, log: testLog, settings: { shared_buffers: '32MB' } })
    const home = readSavedServer(dataDir)?.home ?? ''
    try {
      expect(home).not.toBe(dataDir)
      expect(existsSync(join(home, 'postgres', 'PG_VERSION'))).toBe(true)
      expect(userOf(server.pid())).toBe(65534)
    } finally {
      await server.destroy()
    }
    expect(existsSync(home)).toBe(false)
  })

  asRoot('a database whose data folder was deleted is named at the next start, and left alone', async () => {
    chmodSync(base, 0o700)
    const dataDir = join(base, 'data')
    const first = findPlace(dataDir)
    writeSavedServer(dataDir, { home: first.home, port: 0, password: 'p' })
    expect(findPlace(dataDir)).toMatchObject({ home: first.home, leftBehind: [] })
    rmSync(dataDir, { recursive: true })
    const second = findPlace(dataDir)
    expect(second.leftBehind).toEqual([first.home])
    expect(second.home).not.toBe(first.home)
    for (const { home } of [first, second]) rmSync(home, { recursive: true })
  })

  asRoot('a data folder that the server can enter holds its database', async () => {
    chmodSync(base, 0o755)
    const dataDir = join(base, 'data')
    const server = await startEmbeddedPostgres({ dataDir, log: testLog, settings: { shared_buffers: '32MB' } })
    try {
      expect(readSavedServer(dataDir)?.home).toBe(dataDir)
      expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true)
    } finally {
      await server.destroy()
    }
  })

  asRoot('a database that an ordinary user made keeps its owner', async () => {
    chmodSync(base, 0o755)
    const dataDir = join(base, 'data')
    findPlace(dataDir)
    cpSync(findPackage(), join(dataDir, 'postgres'), { recursive: true, filter: path => path === findPackage() })
    chownSync(join(dataDir, 'postgres'), 1234, 1234)
    expect(findPlace(dataDir).account).toEqual({ uid: 1234, gid: 1234 })
  })

  test('a folder is closed to an account as soon as one folder above it is', () => {
    chmodSync(base, 0o711)
    expect(canEnter(base, { uid: 65534, gid: 65534 })).toBe(true)
    chmodSync(base, 0o700)
    expect(canEnter(base, { uid: 65534, gid: 65534 })).toBe(false)
  })
})

function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}
