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
    const object = `{"a": ${randomExpression(of)}, "b": {"c": ${randomExpression(of)}, /* why */ "d": $trim(/* it */ x) ?? "y", "e": /* one */ 1 /* two */, "f": x /* three */}}`
    return seed % 2 === 0
      ? object
      : `/* all */ ( /* first */ $v := ${randomExpression(of)} /* one */; /* two */ $w /* is */ := /* that */ {"x": a}; /* made */ ${object} /* end */ )`
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

type RowCells = TableRow extends infer Row ? (Row extends unknown ? Omit<Row, 'target' | 'comments'> : never) : never

/** A table that a person could have made. */
function randomTable(of: ReturnType<typeof createRandom>): MappingTable {
  const one = <T>(...from: readonly T[]): T => of.pick(from)
  const comments = (): string[] => (of.integer(4) === 0 ? [one('/* why */', '/* 为什么\n second line */')] : [])
  const literal = () => one<string | number | boolean | null>('', 'x "y" 张三', 0, -1.5, 1e21, true, null)
  const cells = (): RowCells => {
    const kind = of.integer(4)
    if (kind === 0) return { kind: 'constant', value: literal() }
    if (kind === 1)
      return { kind: 'expression', text: one('a = 1', '$map(a, function($x) { $x + 1 })', 'a[b > 2].c', 'x ? y') }
    const transformations = Array.from({ length: of.integer(3) }, () => ({
      name: one('trim', 'substring', 'phone'),
      args: Array.from({ length: of.integer(3) }, literal),
    }))
    const source = one('mail', 'a.b.c', '$v', '`x y`.b', '$links.account.remoteId', '姓名')
    return { kind: 'mapped', source, transformations, ...(of.integer(2) === 0 ? {} : { default: literal() }) }
  }
  const row = (target: readonly string[]) => ({ target, comments: comments(), ...cells() }) satisfies TableRow
  const rows = [
    ...Array.from({ length: of.integer(3) }, (_, n) => row([`$v${n}`])),
    ...(of.integer(3) === 0 ? [row(['$w', 'x']), row(['$w', 'y'])] : []),
    ...Array.from({ length: of.integer(4) }, (_, n) => row([`field ${n}`])),
    ...Array.from({ length: of.integer(4) }, (_, n) => row(['person', one('a', 'b'), `f${n}`])).toSorted((a, b) =>
      (a.target[1] ?? '') < (b.target[1] ?? '') ? -1 : 1,
    ),
    row(['last']),
  ]
  return { rows, before: comments(), after: comments() }
}

test('a table, its text and the table of that text are the same thing', () => {
  for (let seed = 0; seed < 400; seed++) {
    const table = randomTable(createRandom(seed))
    const text = sourceIn(table)
    expect(tableIn(text), text).toEqual(table)
    expect(sourceIn(tableIn(text))).toBe(text)
  }
})

test('most mappings of the product are tables', () => {
  const files = readdirSync(mappings, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.jsonata'))
  const read = files.map(file => tableOf(readFileSync(join(mappings, file), 'utf8')).ok)
  expect(read.filter(Boolean).length / read.length).toBeGreaterThan(0.8)
})

test.each([
  ['($x := 1; $x)', 'not_an_object', 'no object'],
  ['($x := 1; $x := 2; {"a": $x})', 'not_rows', 'twice'],
  ['({"a": 1};)', 'not_an_object', 'no object'],
  ['{"$x": 1}', 'not_rows', 'begins with $'],
  ['{"a": 1, "a": 2}', 'not_rows', 'twice'],
  ['{a: 1}', 'not_rows', 'no plain text'],
  ['{"a": 1\n/* end */}', 'not_rows', 'comment'],
])('%s says that it is no table', (source, reason, message) => {
  expect(tableOf(source)).toEqual({ ok: false, reason, message: expect.stringContaining(message) })
})

test.each<[TableRow, string, string]>([
  [
    { target: ['a'], comments: [], kind: 'mapped', source: 'x, "b": 1', transformations: [] },
    'source',
    'must be a path',
  ],
  [
    { target: ['a'], comments: [], kind: 'mapped', source: 'x', transformations: [{ name: 'f(1) & $g', args: [] }] },
    'transformations',
    'name of a function',
  ],
  [
    { target: ['a'], comments: [], kind: 'mapped', source: '1 +', transformations: [{ name: 'f', args: [] }] },
    'source',
    'must be a path',
  ],
  [{ target: ['a'], comments: [], kind: 'expression', text: '1, "b": 2' }, 'text', 'one expression'],
  [{ target: ['a'], comments: [], kind: 'expression', text: '1 +' }, 'text', 'one expression'],
  [{ target: ['a'], comments: ['*/ 1'], kind: 'constant', value: 1 }, 'target', 'comment'],
  [{ target: ['z', 'b'], comments: [], kind: 'constant', value: 1 }, 'target', 'twice'],
  [{ target: [], comments: [], kind: 'constant', value: 1 }, 'target', 'target'],
  [{ target: ['$late'], comments: [], kind: 'constant', value: 1 }, 'target', 'before the fields'],
  [{ target: ['$a b'], comments: [], kind: 'constant', value: 1 }, 'target', 'such as $name'],
])('a row that is not what it says is refused, and says in which cell: %j', (row, cell, message) => {
  const first: TableRow = { target: ['z'], comments: [], kind: 'constant', value: 1 }
  const why = { reason: expect.any(String), params: { name: row.target.join('.') } }
  expect(sourceOf({ rows: [first, row], before: [], after: [] })).toEqual({
    ok: false,
    problems: [{ row: 1, cell, ...why, message: expect.stringContaining(message) }],
  })
})
