import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fieldFunctions } from '#mapping/functions.ts'
import { type CaseEnv, envOf } from '#mapping/cases.ts'
import { compileMapping } from '#mapping/mapping.ts'

const nowMs = Date.parse('2026-11-21T10:00:00Z')
const evaluate = (source: string, input?: unknown, env: CaseEnv = {}): unknown => {
  const result = compileMapping('test', source).run(input, envOf({ now: nowMs, ...env }))
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`)
  return result.value
}

describe('every field function does what its example says', () => {
  test.each(fieldFunctions.map(({ example }) => [example.expression, example]))(
    '%s',
    (expression, { xref = {}, table = {}, result }) => {
      expect(evaluate(expression, undefined, { xref, table })).toEqual(result)
    },
  )
})

test('docs/mapping.md lists every field function as it is registered', () => {
  const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8')
  for (const { usage, doc, example } of fieldFunctions) {
    const result = example.result === undefined ? 'nothing' : `\`${JSON.stringify(example.result)}\``
    expect(page).toContain(`| \`${usage}\` | ${doc} | \`${example.expression}\` | ${result} |`)
  }
})

test('the examples of docs/mapping.md are true', () => {
  const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8')
  const form = /```jsonata\n([^`]*)```\n\nOn\n\n```json\n([^`]*)```\n\nit gives\n\n```json\n([^`]*)```/g
  const examples = [...page.matchAll(form)]
  expect(examples.length).toBeGreaterThan(1)
  for (const [, source = '', input = '', output = ''] of examples) {
    expect(evaluate(source, JSON.parse(input) as unknown)).toEqual(JSON.parse(output))
  }
})

test('a field function takes the context where the argument is left out', () => {
  expect(evaluate('mails.$email()', { mails: ['A@x.org', 'nonsense', 'b@x.org'] })).toEqual(['a@x.org', 'b@x.org'])
})

test('$date reads by a picture, in the given offset unless the picture has one', () => {
  expect(evaluate('$date("21/11/2026 18:00", "[D01]/[M01]/[Y0001] [H01]:[m01]", "+08:00")')).toBe(
    '2026-11-21T10:00:00Z',
  )
  expect(evaluate('$date("21/11/2026 18:00 +02:00", "[D01]/[M01]/[Y0001] [H01]:[m01] [Z]", "+08:00")')).toBe(
    '2026-11-21T16:00:00Z',
  )
  expect(evaluate('$exists($date("nonsense", "[D01]/[M01]/[Y0001]"))')).toBe(false)
})

test('$xref and $table answer from the environment', () => {
  const env = { xref: { 'crm/account/7': 'a7' }, table: { owners: { north: { id: 'u1' } } } }
  const source =
    '{"owner": $table("owners", region).id, "parent": $xref("crm", "account", 7), "none": $table("x", "y")}'
  expect(evaluate(source, { region: 'north' }, env)).toEqual({ owner: 'u1', parent: 'a7' })
  expect(evaluate('[$xref("crm", "account", "__proto__"), $table("owners", "__proto__")]', {}, env)).toEqual([])
})

test('$html2text survives broken and hostile HTML quickly', () => {
  expect(evaluate('$html2text(h)', { h: 'a < b <script>alert("x")' })).toBe('a < b')
  expect(evaluate('$html2text(h)', { h: '<!-- c --><div>x<br/>y</div>&#20013;&bogus;&#55296;' })).toBe(
    'x\ny\n中&bogus;&#55296;',
  )
  expect(evaluate('$length($html2text(h))', { h: '<'.repeat(200_000) })).toBe(200_000)
})
