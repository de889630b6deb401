import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The hub's own key. It seals what must be read back later (tokens obtained at run time, refused requests), with
 * AES-256-GCM, and makes keyed hashes (suppression of erased persons, cursors).
 */
export interface HubKey {
  /** Id of the key that seals: the first 8 hex digits of its SHA-256. */
  readonly id: string
  /** Seals under the newest key. The same `context` (what it is for) must be given to open it. */
  seal(plain: Uint8Array, context: string): { sealed: Buffer; keyId: string }
  /** Undefined when the key is no longer known, the context is another, or a byte was changed. */
  open(sealed: Uint8Array, keyId: string, context: string): Buffer | undefined
  /** HMAC-SHA-256 of a text for one purpose, under every key, newest first: compare with all, store the first. */
  hashes(purpose: string, text: string): readonly [Buffer, ...Buffer[]]
}

export type HubKeyResult = { ok: true; key: HubKey; created: boolean } | { ok: false; message: string }

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Makes the hub key from `PATCHBAY_KEY` (base64 or hex of 32 bytes; several, newest first, separated by commas or lines, while it
 * rotates) or from `hub.key` in the data folder, which is made, readable by its owner only, when it is missing.
 */
export function loadHubKey(given: string | undefined, dataDir: string): HubKeyResult {
  if (given !== undefined) return readKeys(given, 'PATCHBAY_KEY', false)
  const path = join(dataDir, 'hub.key')
  try {
    return readKeys(readFileSync(path, 'utf8'), path, false)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      return { ok: false, message: `the hub key ${path} cannot be read: ${String(error)}` }
    }
  }
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // Two processes of one hub may start together: the one that came second reads what the first wrote.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return loadHubKey(undefined, dataDir)
    return { ok: false, message: `the hub key ${path} cannot be written: ${String(error)}` }
  }
  return readKeys(text, path, true)
}

function readKeys(text: string, source: string, created: boolean): HubKeyResult {
  const keys: Buffer[] = []
  for (const [index, part] of text
    .split(/[\s,]+/)
    .filter(Boolean)
    .entries()) {
    const key = /^[0-9a-f]{64}$/i.test(part) ? Buffer.from(part, 'hex') : Buffer.from(part, 'base64')
    if (key.length !== KEY_BYTES) {
      return {
        ok: false,
        message: `${source}: key ${index + 1} has ${key.length} bytes; expected 32 bytes in base64 or hex`,
      }
    }
    keys.push(key)
  }
  const [newest, ...older] = keys
  if (!newest) return { ok: false, message: `${source} holds no key; expected 32 bytes in base64 or hex` }
  return { ok: true, key: createHubKey([newest, ...older]), created }
}

/** The key from raw bytes, newest first; `random` makes the nonces, each of which must never come twice. */
export function createHubKey(
  keys: readonly [Buffer, ...Buffer[]],
  random: (bytes: number) => Buffer = randomBytes,
): HubKey {
  const byId = new Map(keys.map(key => [idOf(key), key]))
  const newest = keys[0]
  return {
    id: idOf(newest),
    seal(plain, context) {
      const nonce = random(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', newest, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), body]), keyId: idOf(newest) }
    },
    open(sealed, keyId, context) {
      const key = byId.get(keyId)
      if (!key || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
      } catch {
        return undefined
      }
    },
    hashes(purpose, text) {
      const hash = (key: Buffer): Buffer => createHmac('sha256', key).update(`${purpose}\0${text}`).digest()
      return [hash(newest), ...keys.slice(1).map(hash)]
    },
  }
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8)
}
