import { describe, expect, test } from 'vitest'
import { regexEngine } from '#mapping/engine/regex/engine.ts'
import { compileMapping, MappingSyntaxError } from '#mapping/mapping.ts'

describe('a pattern runs where it is safe', () => {
  test.each([
    [/[^0-9+]/, 'native'],
    [/\s+/, 'native'],
    [/^\s*(\d+)-(\w+)$/, 'native'],
    [/^[a-z0-9._]+@[a-z]+$/i, 'native'],
    [/(foo|bar|bazaar)s?/, 'native'],
    [/^(\d{4})-(\d{2})-(\d{2})$/, 'native'],
    [/(?:a|b|[c-e])+/, 'native'],
    [/(?=[A-Z])/, 'native'],
    [/\d+-\d+/, 'both'],
    [/\s+$/, 'both'],
    [/^\s+|\s+$/, 'both'],
    [/a+b/m, 'both'],
    [/^a+b/m, 'both'],
    [/^(a+)+$/, 're2'],
    [/(x+x+)+y/, 're2'],
    [/(a|a)*b/, 're2'],
    [/(a|aa)+$/, 're2'],
    [/([ab]|[bc])+x/, 're2'],
    [/(.*)(.*)(.*)=x/, 're2'],
    [/^\w+\d+$/, 're2'],
    [/^(?:\w+\s?)*$/, 're2'],
    [/^[A-Z]*[a-z]*[0-9]$/i, 're2'],
    [/a?a?a?a?a?a?a?a?a?aaaaaaaaa/, 're2'],
  ])('%s on %s', (pattern, runsOn) => {
    expect(regexEngine(pattern).runsOn).toBe(runsOn)
  })
  test.each([/(a)\1/, /(?=a*b)a/, /(?<!a+)b/, /(?<x>a)\k<x>/])('%s is refused', pattern => {
    expect(() => regexEngine(pattern)).toThrow(expect.objectContaining({ code: 'M1006' }))
  })
  test('the refusal comes when the mapping is compiled, with its place', () => {
    const compiled = (): unknown => compileMapping('test', '{\n "a": $match(b, /(a)\\1/)}')
    expect(compiled).toThrow(MappingSyntaxError)
    expect(compiled).toThrow(
      /test:2:\d+: The regular expression .* cannot be run in linear time: it has a back-reference/,
    )
  })
})

describe('no pattern takes long', () => {
  const texts = ['a'.repeat(50_000), 'x'.repeat(50_000), ' '.repeat(50_000), 'a1'.repeat(25_000), '-'.repeat(50_000)]
  test.each([
    /^(a+)+$/,
    /(x+x+)+y/,
    /\s+$/,
    /(a|aa)+$/,
    /(.*)(.*)(.*)=x/,
    /^\w+\d+$/,
    /\w+-\w+-x/,
    /[^-]+--/,
    /^(\w+)-$/,
    /a?a?a?a?a?a?a?a?a?aaaaaaaaa=/,
  ])('%s', pattern => {
    const engine = regexEngine(pattern)
    const startMs = performance.now()
    for (const text of texts) engine.exec(`${text}!`, 0)
    expect(performance.now() - startMs).toBeLessThan(3000)
  })
})

describe('both engines find the same', () => {
  const texts = [
    '',
    'a',
    'ab 12-34',
    ' 　x　 ',
    'Ann <a@b.co>',
    '+86 139-1234',
    '中文 abc',
    'A\nB\r\nC',
    'foo-bar-baz',
    'x=1;y=22',
    'aaab',
  ]
  const patterns = [
    /\d+-\d+/,
    /\s+$/,
    /(\w+)\s*=\s*(\d+)?/,
    /^(\w)(.*)$/,
    /(a+)+b/,
    /[^\s-]+-?/,
    /\S+/i,
    /([A-Z])|(\d)/,
    /.+/m,
    /^\S+$/m,
    /(a|b)?(c)?x?/,
  ]
  test.each(patterns)('%s', pattern => {
    const engine = regexEngine(pattern)
    for (const text of texts) {
      // Padded beyond the length up to which a quadratic pattern runs natively.
      for (const subject of [text, `${'.'.repeat(600)}${text}`]) {
        const native = new RegExp(pattern.source, `${pattern.flags}g`).exec(subject)
        const found = engine.exec(subject, 0)
        const expected =
          native === null ? undefined : { match: native[0], start: native.index, groups: native.slice(1) }
        expect(
          found === undefined ? undefined : { match: found.match, start: found.start, groups: found.groups },
          subject,
        ).toEqual(expected)
      }
    }
  })
})

test('a pattern to the left of ?: and ?? works, which the parser of the reference breaks', () => {
  const source = '[$match(a, /b+/).match ?: "none", $match(a, /x/).match ?: "none", $replace(a, /b/, "c") ?? "none"]'
  expect(compileMapping('test', source).run({ a: 'abb' }, { nowMs: 0 })).toMatchObject({ value: ['bb', 'none', 'acc'] })
})

test('a match leads to the next one and is plain data in the output', () => {
  const source = '($m := /[a-z]/("a1b"); [$m, $m.next(), $m.next().next()])'
  expect(compileMapping('test', source).run({}, { nowMs: 0 })).toMatchObject({
    value: [
      { match: 'a', start: 0, end: 1, groups: [] },
      { match: 'b', start: 2, end: 3, groups: [] },
    ],
  })
})
