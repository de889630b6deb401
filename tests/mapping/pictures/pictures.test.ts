import jsonata from 'jsonata'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { builtInFunctions } from '#mapping/engine/builtins/table.ts'
import { compileExpression } from '#mapping/engine/engine.ts'
import { MappingFailure } from '#mapping/engine/failure.ts'
import { defaultLimits } from '#mapping/engine/limits.ts'
import type { SeededRandom } from '../../../simulation/harness/random.ts'
import { createRandom } from '../../../simulation/harness/random.ts'

/** What is read and written by pictures here must be what the reference reads and writes. */
const turns = 400

// The reference reads the clock for what a picture leaves out.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 22, 20, 46, 12, 345) }))
afterAll(() => void vi.useRealTimers())

const language = { functions: builtInFunctions, refused: new Set<string>(), limits: { ...defaultLimits, timeMs: 5000 } }

function ours(source: string, input: unknown): unknown {
  try {
    return compileExpression(source, language).evaluate(input, { nowMs: Date.now() }) ?? 'nothing'
  } catch (thrown) {
    if (thrown instanceof MappingFailure) return thrown.code
    throw thrown
  }
}

async function theirs(source: string, input: unknown): Promise<unknown> {
  try {
    const value: unknown = await jsonata(source).evaluate(input)
    return typeof value === 'number' && !Number.isFinite(value) ? 'D1001' : (value ?? 'nothing')
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) return thrown.code
    return 'crash'
  }
}

async function compared(source: string, input: unknown): Promise<void> {
  const expected = await theirs(source, input)
  // Twice: the second time from what the first has kept.
  const expectedHere = expected === 'crash' ? 'M1010' : expected
  for (const _ of [1, 2]) expect([ours(source, input), source, input]).toEqual([expectedHere, source, input])
}

const joined = (random: SeededRandom, count: number, choices: readonly string[]): string =>
  Array.from({ length: count }, () => random.pick(choices)).join('')

const numberParts = [
  '#',
  '0',
  ',',
  '.',
  '#,##0',
  '0.00',
  '.0#',
  '00',
  '###',
  ';',
  '%',
  'e0',
  ' EUR',
  '$',
  '-',
  'x',
  ',000',
]
const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  2.5,
  -0.001,
  0.005,
  1.005,
  1234.5,
  999.995,
  1e6,
  123456789.125,
  0.1 + 0.2,
  1e14,
]
const wide = [1e15, 1e21, 1e-7, 123456789012345.67, -98765.4321, 12.3456789]

test('$formatNumber writes numbers as the reference does', async () => {
  const random = createRandom(7)
  for (let turn = 0; turn < turns; turn++) {
    const picture = joined(random, 1 + random.integer(4), numberParts)
    await compared('$formatNumber(n, p)', { n: random.pick([...numbers, ...wide]), p: picture })
  }
})

const markers = [
  '[Y]',
  '[Y0001]',
  '[Y,2-2]',
  '[YI]',
  '[M]',
  '[M01]',
  '[MNn]',
  '[MN,3-3]',
  '[Mn]',
  '[D]',
  '[D01]',
  '[D1o]',
  '[d]',
]
const more = [
  '[F]',
  '[FNn]',
  '[F1]',
  '[FN,*-3]',
  '[W]',
  '[w]',
  '[X0001]',
  '[x]',
  '[H]',
  '[H01]',
  '[h]',
  '[P]',
  '[PN]',
  '[m]',
]
const last = [
  '[m01]',
  '[s]',
  '[s01]',
  '[f]',
  '[f001]',
  '[Z]',
  '[z]',
  '[Z0101]',
  '[Z01:01t]',
  '[C]',
  '[E]',
  '[Ww]',
  '[DW]',
  '[MA]',
]
const odd = ['[[', ']]', ']', '-', ' of ', ':', '[ Y ]', '[q]', '[', '[]', '[DN]', '[D٠١]', '[Y9,999]']
const zones = ['undefined', '"+0100"', '"-0530"', '"0"', '"+1400"', '"x"', '"Z"']

test('$fromMillis writes moments as the reference does', async () => {
  const random = createRandom(8)
  for (let turn = 0; turn < turns; turn++) {
    const common = [...markers, ...more, ...last]
    const picture = joined(random, 1 + random.integer(5), random.chance(0.8) ? [...common, '-'] : [...common, ...odd])
    const ms = random.pick([0, 1, -1, 1.5, 1_767_322_245_123, 951_782_400_000, -62_135_596_800_000, 8.64e15, 9e15])
    const moved = ms + random.integer(400) * 86_400_000 + random.integer(86_400_000)
    await compared(`$fromMillis(n, p, ${random.pick(zones)})`, { n: random.pick([ms, moved]), p: picture })
  }
})

const parsed = [
  '[Y]',
  '[Y0001]',
  '[M]',
  '[M01]',
  '[D01]',
  '[D]',
  '[H01]',
  '[m]',
  '[s01]',
  '[f001]',
  '-',
  '-',
  '/',
  'T',
  ':',
  '.',
  ' ',
]
const texts = [
  '2026',
  '01',
  '2',
  '13',
  '0',
  '99',
  '31',
  '-',
  '-',
  '/',
  't',
  'T',
  ':',
  '.',
  ' ',
  '5',
  '123',
  '0007',
  'x',
]

test('$toMillis reads moments as the reference does', async () => {
  const random = createRandom(9)
  for (let turn = 0; turn < turns; turn++) {
    const picture = joined(
      random,
      1 + random.integer(6),
      random.chance(0.9) ? parsed : [...parsed, ...odd, '[MNn]', '[Z]'],
    )
    // Half of the texts are made to fit.
    const text = random.chance(0.5)
      ? joined(random, 1 + random.integer(6), texts)
      : picture.replaceAll(/\[[^\]]*\]/g, () => random.pick(['1', '02', '2026', '12', '0', '31', '59', '007']))
    await compared('$toMillis(t, p)', { t: text, p: picture })
  }
})

const words = [
  'one',
  'Two',
  'nineteen',
  'twentieth',
  'forty',
  'hundred',
  'hundredth',
  'thousand',
  'million',
  'third',
  'zero',
  'xyz',
]
const between = [' ', '-', ', ', ' and ', ',', '  ']

test('$parseInteger reads numbers as the reference does', async () => {
  const random = createRandom(10)
  for (let turn = 0; turn < turns; turn++) {
    const text = random.chance(0.5)
      ? Array.from({ length: 1 + random.integer(5) }, () => random.pick(words)).join(random.pick(between))
      : joined(random, 1 + random.integer(5), ['1', '23', '456', ',', ',000', '-', '.', ' ', 'x', '0'])
    const picture = random.pick([
      'w',
      'W',
      'Ww',
      'w;o',
      '0',
      '#',
      '#0',
      '#,##0',
      '#,###,##0',
      '0,0',
      '000,000',
      '#.##0',
      '1',
      'I',
      'a',
      '##,#0',
    ])
    await compared('$parseInteger(t, p)', { t: text, p: picture })
  }
})
