import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'

/** The members that `npm run bench -- --json` promises. */
const figure = z.number().positive()
const schema = z.object({
  receive: z.object({ perSecond: figure, limitPerSecond: figure, ratio: figure }),
  endToEnd: z.object({
    eventsPerSecond: figure,
    deliveriesPerSecond: figure,
    p50Ms: figure,
    p99Ms: figure,
    statementsPerEvent: figure,
  }),
  growth: z.object({ ratio: figure, hubRssMiB: figure }),
  backlog: z.object({ perSecond: figure, hubRssMiB: figure }),
  link: z.object({
    records: figure,
    loadedSeconds: figure,
    reviewedSeconds: figure,
    p99Ratio: figure,
    hubRssMiB: figure,
  }),
})

const folder = mkdtempSync(join(tmpdir(), 'patchbay-bench-test-'))
chmodSync(folder, 0o711)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a tiny benchmark measures everything, prints the promised JSON last, and leaves nothing behind', async () => {
  const args = [
    'bench/main.ts',
    '--json',
    '--seconds',
    '0.5',
    '--goldens',
    '200',
    '--backlog',
    '100',
    '--records',
    '300',
  ]
  const bench = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  bench.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  bench.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code] = await once(bench, 'close')
  expect(code, errors).toBe(0)

  const line: unknown = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')
  expect(schema.safeParse(line).error).toBeUndefined()
  const figures = schema.parse(line)
  expect(figures.endToEnd.deliveriesPerSecond).toBeGreaterThan(3.5 * figures.endToEnd.eventsPerSecond)
  expect(figures.endToEnd.p99Ms).toBeGreaterThanOrEqual(figures.endToEnd.p50Ms)
  expect(readdirSync(folder)).toEqual([])
}, 150_000)
