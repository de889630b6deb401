import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createHubKey, loadHubKey } from '#config/key.ts'

const plain = Buffer.from('access token')

describe('the hub key', () => {
  it('opens what it sealed, for the same context only, and notices every changed byte', () => {
    const key = createHubKey([randomBytes(32)])
    const { sealed, keyId } = key.seal(plain, 'system_token/crm')
    expect(key.open(sealed, keyId, 'system_token/crm')).toEqual(plain)
    expect(key.open(sealed, keyId, 'system_token/erp')).toBeUndefined()
    expect(key.open(sealed.subarray(0, 20), keyId, 'system_token/crm')).toBeUndefined()
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(key.open(changed, keyId, 'system_token/crm')).toBeUndefined()
    }
  })

  it('opens what an older key sealed and seals with the newest', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)]
    const before = createHubKey([old])
    const { sealed, keyId } = before.seal(plain, 'x')
    const rotated = createHubKey([fresh, old])
    expect(rotated.open(sealed, keyId, 'x')).toEqual(plain)
    expect(rotated.seal(plain, 'x').keyId).not.toBe(keyId)
    expect(rotated.hashes('suppression', 'a@b.c')[1]).toEqual(before.hashes('suppression', 'a@b.c')[0])
    expect(createHubKey([fresh]).open(sealed, keyId, 'x')).toBeUndefined()
  })

  it('is made once in the data folder, for its owner only', () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), 'patchbay-key-')), 'data')
    const first = loadHubKey(undefined, dataDir)
    const second = loadHubKey(undefined, dataDir)
    if (!first.ok || !second.ok) throw new Error('no key')
    expect([first.created, second.created]).toEqual([true, false])
    expect(second.key.id).toBe(first.key.id)
    expect(statSync(join(dataDir, 'hub.key')).mode & 0o777).toBe(0o600)
  })

  it('refuses keys of another length without repeating them', () => {
    const result = loadHubKey('c2hvcnQ=', tmpdir())
    expect(result).toEqual({
      ok: false,
      message: 'PATCHBAY_KEY: key 1 has 5 bytes; expected 32 bytes in base64 or hex',
    })
    expect(loadHubKey(' , ', tmpdir())).toMatchObject({ ok: false })
  })

  it.skipIf(process.getuid?.() === 0)('says where it cannot write (skipped as root, who can write everywhere)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-key-'))
    chmodSync(folder, 0o500)
    expect(loadHubKey(undefined, join(folder, 'data'))).toMatchObject({
      ok: false,
      message: expect.stringContaining(folder),
    })
  })
})
