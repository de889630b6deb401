import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NativeFiles } from './native-files.ts'
import { type Place, giveTo } from './place.ts'
import { StartError } from './start-error.ts'

/** The server's superuser and the hub's database. */
export const embeddedUser = 'patchbay'
export const embeddedDatabase = 'patchbay'

/** The PostgreSQL major version that the packaged programs read and write. */
const majorVersion = '18'

/**
 * Makes the server's data folder if there is none. It is made under another name and renamed, so that a start that was
 * killed half-way leaves nothing that looks whole.
 *
 * @throws StartError `data_incompatible`, `server_failed`
 */
export async function makeCluster(place: Place, native: NativeFiles, password: string): Promise<void> {
  const versionFile = join(place.cluster, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim()
    if (found !== majorVersion) throw incompatible(place, found)
    return
  }
  const draft = `${place.cluster}.new`
  const passwordFile = join(draft, 'password')
  const files = join(draft, 'files')
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  giveTo(draft, place.account)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  giveTo(passwordFile, place.account)
  await runInitdb(place, native, files, passwordFile)
  renameSync(files, place.cluster)
  rmSync(draft, { recursive: true, force: true })
}

async function runInitdb(place: Place, native: NativeFiles, files: string, passwordFile: string): Promise<void> {
  const child = spawn(
    native.initdb,
    [
      ['--pgdata', files],
      ['--username', embeddedUser],
      ['--pwfile', passwordFile],
      ['--auth', 'scram-sha-256'],
      ['--encoding', 'UTF8'],
      // The built-in provider sorts the same on every machine, so an index never breaks when the C library changes.
      ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
      ['--no-instructions'],
    ].flat(),
    { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], ...place.account },
  )
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
  const [code] = await once(child, 'close').catch((error: unknown) => [String(error)])
  if (code === 0) return
  throw initdbFailed(place, String(code), complaint.trim())
}

function initdbFailed(place: Place, code: string, complaint: string): StartError {
  if (complaint.includes('No space left on device')) {
    const message = `The data folder ${place.dataDir} cannot be written: the disk is full. Free about 200 MB.`
    return new StartError('data_unwritable', message)
  }
  if (complaint.includes('could not look up effective user')) {
    // Containers run with an invented number as user; PostgreSQL insists on a name.
    const uid = place.account?.uid ?? process.getuid?.()
    const message = `PostgreSQL cannot run as user number ${uid}, which has no name on this machine. Add it to /etc/passwd, run as another user, or set DATABASE_URL to a PostgreSQL server of your own.`
    return new StartError('platform_unsupported', message)
  }
  const message = `The database in ${place.home} could not be made (initdb ended with ${code}): ${complaint}`
  return new StartError('server_failed', message)
}

function incompatible(place: Place, found: string): StartError {
  return new StartError(
    'data_incompatible',
    `The database in ${place.home} was written by PostgreSQL ${found}, and this version of the hub brings ${majorVersion}. Start it with the version that made it, dump it, and load the dump into a new data folder.`,
  )
}
