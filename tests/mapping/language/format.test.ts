import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from '#mapping/engine/syntax/tree.ts'
import { formatSource } from '#mapping/language/format/format.ts'
import { randomExpression } from '../fuzz/expressions.ts'
import { createRandom } from '../../../simulation/harness/random.ts'

const official = fileURLToPath(new URL('../../../../shared/jsonata-suite', import.meta.url))
const own = fileURLToPath(new URL('../conformance/fixtures', import.meta.url))
const mappings = fileURLToPath(new URL('../../../mappings', import.meta.url))

/** A syntax tree without its places in the source. */
function meaning(source: string): unknown {
  return JSON.parse(
    JSON.stringify(parse(source), (key, value: unknown) =>
      key === 'position' ? undefined : value instanceof RegExp ? String(value) : value,
    ),
  )
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(folder, 'groups')).flatMap(file => {
    const cases = JSON.parse(readFileSync(join(folder, 'groups', file), 'utf8')) as { expr: string }[]
    return cases.map(one => one.expr).filter(parses)
  })
}

function parses(source: string): boolean {
  try {
    parse(source)
    return true
  } catch {
    return false
  }
}

function expectSameMeaning(sources: readonly string[]): void {
  for (const source of sources) {
    const formatted = formatSource(source)
    expect(meaning(formatted), source).toEqual(meaning(source))
    expect(formatSource(formatted), source).toBe(formatted)
    expect(commentsOf(formatted), source).toEqual(commentsOf(source))
  }
}

/** With a line break or an empty line behind some of the brackets and separators. */
const brokenAnywhere = (source: string): string =>
  source.replaceAll(/[,;{(] ?/g, (found, at: number) => `${found}${['', '\n', '\n\n', ''][at % 4] ?? ''}`)

/** Their words; blanks at the ends of their lines may change. */
const commentsOf = (source: string): string[] =>
  (source.match(/\/\*[^]*?\*\//g) ?? []).map(comment => comment.replaceAll(/\s+/g, ' '))

describe('a formatted source means the same, keeps its comments, and stays when formatted again', () => {
  test('our own cases and mappings', () => {
    const files = readdirSync(mappings, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.jsonata'))
    expect(files.length).toBeGreaterThan(20)
    expectSameMeaning([...sourcesOf(own), ...files.map(file => readFileSync(join(mappings, file), 'utf8'))])
  })

  test.skipIf(!existsSync(official) && process.env['CI'] !== 'true')('the official suite', () => {
    const sources = sourcesOf(official)
    expect(sources.length).toBeGreaterThan(1000)
    expectSameMeaning(sources)
  })

  test('random expressions, also long ones, with comments between all tokens, and with lines broken anywhere', () => {
    const sources = Array.from({ length: 1200 }, (_, seed) => randomExpression(createRandom(seed), 3 + (seed % 3)))
      .filter(source => source.length < 3000)
      .filter(parses)
    expect(sources.length).toBeGreaterThan(1000)
    expectSameMeaning(sources)
    expectSameMeaning(sources.map(source => source.replaceAll(', ', ' /* one */,\n /* two\n three */ ')).filter(parses))
    expectSameMeaning(sources.map(brokenAnywhere).filter(parses))
  }, 120_000)
})

test.each([
  ['a+b', 'a + b'],
  ['$sum( a . b [ c=1 ] )', '$sum(a.b[c = 1])'],
  ['{"a":1,\n"b":2}', '{"a": 1, "b": 2}'],
  ['{\n"a":1,\n\n\n"b":2}', '{\n  "a": 1,\n\n  "b": 2\n}'],
  ['/* why */ a /* end */', '/* why */ a\n/* end */'],
  [
    '(\n/* one */\n$a:=1 ;  /* two */\n$a\n/* last */\n)',
    '(\n  /* one */\n  $a := 1;\n  /* two */\n  $a\n  /* last */\n)',
  ],
  ['x ~> | a | {"b":1}, ["c"] |', 'x ~> | a | {"b": 1}, ["c"] |'],
  ['function ( $a,$b )<nn:n>{$a+$b}', 'function($a, $b)<nn:n> { $a + $b }'],
  ['-5--a', '-5 - -a'],
  ['a^( >b , c )', 'a^(>b, c)'],
  ['*[ * = "x"].%', '*[* = "x"].%'],
  ['a/2/ b', 'a / 2 / b'],
  ["$match(a,/\\/[/]'/i)", "$match(a, /\\/[/]'/i)"],
])('%j becomes %j', (source, expected) => {
  expect(formatSource(source)).toBe(`${expected}\n`)
})

test('a source that does not parse is told, not formatted', () => {
  expect(() => formatSource('{"a": }')).toThrow(expect.objectContaining({ code: 'S0211' }))
})

test('the mappings that come with the product are formatted', () => {
  const files = readdirSync(mappings, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.jsonata'))
  const unformatted = files.filter(file => {
    const source = readFileSync(join(mappings, file), 'utf8')
    return formatSource(source) !== source
  })
  expect(unformatted, 'run: npm run patchbay -- map format').toEqual([])
})
