import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { isJsonObject } from '#model/json.ts'
import type { Path } from './document.ts'
import type { Environment } from './environment.ts'
import type { ProblemList } from './problems.ts'

/**
 * Secrets are never in the file, only where to find them: `env:NAME` or `file:path`. A relative path is below the data
 * folder, so that a secret never lies beside the file that goes into version control.
 */
export type SecretReference = { kind: 'env'; name: string } | { kind: 'file'; path: string }

export type SecretResult =
  { ok: true; value: string; warning?: string } | { ok: false; message: string; expected: string }

/** Files below this folder are made by the hub at its start when they are missing: secrets that only the hub itself needs to know first. */
const GENERATED = join('secrets', 'generated')

const REFERENCE =
  'a reference: env:NAME (an environment variable) or file:PATH (a file; relative paths are below the data folder)'

export function parseSecretReference(text: string, dataDir: string): SecretReference | undefined {
  const variable = /^env:([A-Za-z_]\w*)$/.exec(text)
  if (variable?.[1] !== undefined) return { kind: 'env', name: variable[1] }
  const file = /^file:([^\0]+)$/.exec(text)
  if (file?.[1] === undefined) return undefined
  const path = file[1].trim()
  return { kind: 'file', path: isAbsolute(path) ? path : join(dataDir, path) }
}

/** The value behind a reference. No message ever repeats the text of a literal secret. */
export function resolveSecret(text: string, dataDir: string, environment: Environment): SecretResult {
  const reference = parseSecretReference(text, dataDir)
  if (!reference) return { ok: false, message: 'found a secret written out (not shown)', expected: REFERENCE }
  if (reference.kind === 'env') {
    const value = environment.variables[reference.name]
    return value !== undefined && value !== ''
      ? { ok: true, value }
      : { ok: false, message: `environment variable ${reference.name} is not set`, expected: 'the secret in it' }
  }
  return readSecretFile(reference.path)
}

/** The values behind one reference or several, newest first; what is wrong with one is added to the list. */
export function resolveReferences(
  given: unknown,
  context: { list: ProblemList; dataDir: string; environment: Environment },
  path: Path,
): string[] {
  const { list, dataDir, environment } = context
  const texts: unknown[] = Array.isArray(given) ? given : [given]
  return texts.flatMap((reference, index) => {
    if (typeof reference !== 'string') return []
    const at = Array.isArray(given) ? [...path, index] : path
    const result = resolveSecret(reference, dataDir, environment)
    if (!result.ok) list.add(at, result.message, result.expected)
    else if (result.warning !== undefined) list.warn(at, result.warning)
    return result.ok ? [result.value] : []
  })
}

function readSecretFile(path: string): SecretResult {
  let value: string
  try {
    value = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return {
      ok: false,
      message: `file ${path} cannot be read (${code})`,
      expected: 'a file that holds only the secret',
    }
  }
  if (value === '')
    return { ok: false, message: `file ${path} is empty`, expected: 'a file that holds only the secret' }
  const open = (statSync(path).mode & 0o077) !== 0
  return { ok: true, value, ...(open && { warning: `others may read ${path}; chmod 600 it` }) }
}

/**
 * Makes the missing files below `secrets/generated/` of the data folder that a configuration refers to, readable by their
 * owner only. The value has the form that Standard Webhooks asks for (`whsec_` and 32 random bytes in base64).
 *
 * @param value the configuration as plain values, not yet checked
 * @returns the paths that were made
 */
export function generateMissingSecrets(value: unknown, dataDir: string): readonly string[] {
  const file = isJsonObject(value) ? value : {}
  const alerts = isJsonObject(file.alerts) ? file.alerts : {}
  const holders = [file.systems, alerts.channels].flatMap(block => (isJsonObject(block) ? Object.values(block) : []))
  const texts = holders.flatMap(holder =>
    isJsonObject(holder) && isJsonObject(holder.secrets) ? Object.values(holder.secrets).flat() : [],
  )
  const missing = new Set<string>()
  for (const text of texts) {
    const reference = typeof text === 'string' ? parseSecretReference(text, dataDir) : undefined
    if (reference?.kind !== 'file' || dirname(normalize(reference.path)) !== join(dataDir, GENERATED)) continue
    if (!existsSync(reference.path)) missing.add(reference.path)
  }
  for (const path of missing) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return [...missing]
}
