import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from '#mapping/engine/syntax/tree.ts'
import { sourceOf, tableOf, type MappingTable, type TableRow } from '#mapping/language/table.ts'
import { randomExpression } from '../fuzz/expressions.ts'
import { createRandom } from '../../../simulation/harness/random.ts'

const mappings = fileURLToPath(new URL('../../../mappings', import.meta.url))

const meaning = (source: string): unknown =>
  JSON.parse(
    JSON.stringify(parse(source), (key, value: unknown) =>
      key === 'position' ? undefined : value instanceof RegExp ? String(value) : value,
    ),
  )

function tableIn(source: string): MappingTable {
  const read = tableOf(source)
  if (!read.ok) throw new Error(read.message)
  return read.table
}

function sourceIn(table: MappingTable): string {
  const written = sourceOf(table)
  if (!written.ok) throw new Error(JSON.stringify(written.problems))
  return written.source
}

/** Where the lines of a text break depends on how far it stands to the right. */
const withoutLines = (table: MappingTable): unknown =>
  table.rows.map(row => (row.kind === 'expression' ? { ...row, text: row.text.replaceAll(/\s+/g, '') } : row))

test('a mapping as a table: source, transformations, default, constants, and what is beyond it', () => {
  const source = `/* Contacts. */
{
  /* The one that is read. */
  "person": {
    "email": $email(mail),
    "jobTitle": $substring($trim(job.title), 0, 40) ?? "none",
    "account": {"$ref": {"object": "company", "id": $string(company_id)}},
    "role": stage = "x" ? "lead"
  },
  "note": $links.account.remoteId
}
`
  const table = tableIn(source)
  expect(table.before).toEqual(['/* Contacts. */'])
  const plain = { comments: [] }
  expect(table.rows).toEqual([
    {
      target: ['person', 'email'],
      comments: ['/* The one that is read. */'],
      kind: 'mapped',
      source: 'mail',
      transformations: [{ name: 'email', args: [] }],
    },
    {
      ...plain,
      target: ['person', 'jobTitle'],
      kind: 'mapped',
      source: 'job.title',
      transformations: [
        { name: 'trim', args: [] },
        { name: 'substring', args: [0, 40] },
      ],
      default: 'none',
    },
    { ...plain, target: ['person', 'account', '$ref', 'object'], kind: 'constant', value: 'company' },
    {
      ...plain,
      target: ['person', 'account', '$ref', 'id'],
      kind: 'mapped',
      source: 'company_id',
      transformations: [{ name: 'string', args: [] }],
    },
    { ...plain, target: ['person', 'role'], kind: 'expression', text: 'stage = "x" ? "lead"' },
    { ...plain, target: ['note'], kind: 'mapped', source: '$links.account.remoteId', transformations: [] },
  ] satisfies TableRow[])
  expect(meaning(sourceIn(table))).toEqual(meaning(source))
  expect(sourceIn(table)).toContain('/* The one that is read. */')
})

test('there and back means the same and keeps the comments: mappings of the product, and objects of random expressions', () => {
  const files = readdirSync(mappings, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.jsonata'))
  const random = Array.from({ length: 150 }, (_, seed) => {
    const of = createRandom(seed)
    return `{"a": ${randomExpression(of)}, "b": {"c": ${randomExpression(of)}, /* why */ "d": $trim(/* it */ x) ?? "y", "e": /* one */ 1 /* two */, "f": x /* three */}}`
  })
  let covered = 0
  for (const source of [...files.map(file => readFileSync(join(mappings, file), 'utf8')), ...random]) {
    let read: ReturnType<typeof tableOf>
    try {
      read = tableOf(source)
    } catch {
      continue
    }
    if (!read.ok) continue
    covered++
    const back = sourceIn(read.table)
    expect(meaning(back), source).toEqual(meaning(source))
    expect(withoutLines(tableIn(back)), source).toEqual(withoutLines(read.table))
    expect((back.match(/\/\*/g) ?? []).length, source).toBe((source.match(/\/\*/g) ?? []).length)
  }
  expect(covered).toBeGreaterThan(100)
}, 120_000)

test.each([
  ['($x := 1; {"a": $x})', 'no object'],
  ['{"a": 1, "a": 2}', 'twice'],
  ['{a: 1}', 'no plain text'],
  ['{"a": 1\n/* end */}', 'comment'],
])('%s says that it is no table', (source, message) => {
  expect(tableOf(source)).toEqual({ ok: false, message: expect.stringContaining(message) })
})

test.each<[TableRow, string]>([
  [{ target: ['a'], comments: [], kind: 'mapped', source: 'x, "b": 1', transformations: [] }, 'must be a path'],
  [
    { target: ['a'], comments: [], kind: 'mapped', source: 'x', transformations: [{ name: 'f(1) & $g', args: [] }] },
    'must be a path',
  ],
  [{ target: ['a'], comments: [], kind: 'expression', text: '1, "b": 2' }, 'one expression'],
  [{ target: ['a'], comments: [], kind: 'expression', text: '1 +' }, 'one expression'],
  [{ target: ['a'], comments: ['*/ 1'], kind: 'constant', value: 1 }, 'comment'],
  [{ target: ['z', 'b'], comments: [], kind: 'constant', value: 1 }, 'twice'],
  [{ target: [], comments: [], kind: 'constant', value: 1 }, 'target'],
])('a row that is not what it says is refused: %j', (row, message) => {
  const first: TableRow = { target: ['z'], comments: [], kind: 'constant', value: 1 }
  expect(sourceOf({ rows: [first, row], before: [], after: [] })).toEqual({
    ok: false,
    problems: [{ row: 1, message: expect.stringContaining(message) }],
  })
})
