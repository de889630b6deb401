import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SHARED = join(ROOT, '../shared')
const FIXTURES = join(import.meta.dirname, 'fixtures')

/** Runs a command as its npm script does; a code other than 0 is an answer, not a failure of the test. */
function run(script: 'vectors' | 'samples', ...given: string[]): Promise<{ code: number; out: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [join(import.meta.dirname, `${script}.ts`), ...given], (_, out, problem) =>
      resolve({ code: child.exitCode ?? 1, out: out + problem }),
    )
  })
}

/** Skipped where the shared files are absent, which in CI is a failure. */
const shared = it.skipIf(!existsSync(SHARED) && process.env['CI'] !== 'true')

describe('npm run vectors', () => {
  it('passes our own vectors', async () => {
    const { code, out } = await run('vectors', join(FIXTURES, 'vectors.json'))
    expect(out.trim()).toMatch(/^\d+ passed, 0 failed$/)
    expect(code).toBe(0)
  })

  it('names what does not come out as it says, and fails', async () => {
    const { code, out } = await run('vectors', join(FIXTURES, 'wrong-vectors.json'))
    expect(out).toContain('accepted-but-said-invalid (invalid): it was accepted')
    expect(out).toContain('refused-but-said-valid (valid): signature_wrong')
    expect(out).toContain('another-text (valid): another text was decrypted')
    expect(out).toContain('nobody-knows (invalid): it threw: no preset is named nobody')
    expect(out).toContain('entry 4: ')
    expect(out.trim()).toMatch(/\n0 passed, 5 failed$/)
    expect(code).toBe(1)
  })

  shared('passes every shared vector', async () => {
    const { out } = await run('vectors', join(SHARED, 'signature-vectors.json'))
    expect(out.trim()).toBe('56 passed, 0 failed')
  })
})

describe('npm run samples', () => {
  it('prints the facts of every event of our own samples', async () => {
    const { code, out } = await run('samples', join(FIXTURES, 'samples'))
    expect(out).toContain(
      'passed\tstripe/invoice-paid.json\tinvoice.paid\tinvoice\tin_1\tevt_1\t2025-12-03T22:13:20.000Z\n',
    )
    expect(out).toContain(
      'passed\tsparkpost/test-of-address.json\t- (the body holds no event: a test or check of the address)\n',
    )
    expect(out).toMatch(/\n\d+ passed, 0 failed\n$/)
    expect(code).toBe(0)
  })

  it('fails where a fact stands in the payload but is not found', async () => {
    const { code, out } = await run('samples', join(FIXTURES, 'wrong-samples'))
    expect(out).toContain('FAILED\tstripe/time-elsewhere.json')
    expect(out).toContain('MISSING (created_time resembles one)')
    expect(out).toContain('FAILED\tnobody/event.json\tno preset is named nobody')
    expect(out).toMatch(/\n0 passed, 2 failed\n$/)
    expect(code).toBe(1)
  })

  shared('finds every fact of the shared samples', async () => {
    const { out } = await run('samples', join(SHARED, 'webhook-samples'))
    expect(out.trim().split('\n').at(-1)).toBe('126 passed, 0 failed')
  })
})
