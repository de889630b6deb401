import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkMapping } from '#mapping/language/check.ts'
import { loadMappings } from '#mapping/library.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { readTable, TABLE_BYTES_MAX, TABLE_ROWS_MAX, type Table } from '#mapping/tables.ts'

const table = (text: string): Table => {
  const read = readTable(Buffer.from(text))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.table
}
const tables = new Map([
  ['owners', table('region,owner\nnorth,u1\n7,u2\n__proto__,u3\n')],
  ['plants', table('\ufeffcode; \n'.replace(';', ',name,__proto__').replace(' ', '') + 'a,"Aachen, West",x\nb,,\n')],
])
const run = (source: string, input?: unknown, more = {}) =>
  compileMapping('test', source, { tables }).run(input, { nowMs: 0, ...more })

describe('$table', () => {
  test('gives the value of a table of two columns, the row of a wider one, and nothing for what is not there', () => {
    const source =
      '[$table("owners", "north"), $table("owners", 7), $table("owners", "south"), $table("plants", "a").name]'
    expect(run(source)).toEqual({ ok: true, value: ['u1', 'u2', 'Aachen, West'] })
    expect(run('$table("plants", "b")')).toEqual({ ok: true, value: {} })
  })

  test('takes keys and headers that look like members of objects as they are', () => {
    const { value } = run(
      '[$table("owners", "__proto__"), $table("owners", "toString"), $table("plants", "constructor")]',
    ) as {
      value: unknown
    }
    expect(value).toEqual(['u3'])
    expect(Object.keys(tables.get('plants')?.rows.get('a') ?? {})).toEqual(['name', '__proto__'])
  })

  test('is answered by a case first', () => {
    const env = { table: (name: string, key: string) => (name === 'owners' && key === 'north' ? 'mine' : undefined) }
    expect(run('[$table("owners", "north"), $table("owners", 7)]', {}, env)).toEqual({
      ok: true,
      value: ['mine', 'u2'],
    })
  })

  test.each([
    ['$table("nobody", key)', 'M1014', /There is no table "nobody"/],
    ['{"a": $table(name, key)}', 'M1013', /written as a text/],
    ['keys ~> $map($table)', 'M1013', /written as a text/],
  ])('%s is refused when it is compiled, and by a check at its place', (source, code, message) => {
    expect(() => compileMapping('test', source, { tables })).toThrow(message)
    const { findings } = checkMapping(source, { kind: 'outbound' }, tables)
    expect(findings).toEqual([expect.objectContaining({ level: 'error', reason: code, line: 1 })])
  })

  test('cannot be reached by a text that is made while it runs', () => {
    expect(run('[$table("owners", "north"), $eval("$table(\'plants\', \'a\')")]')).toMatchObject({ ok: false })
  })

  test('may be a name of its own', () => {
    expect(run('($table := function($a) { $a }; $table(key))', { key: 1 })).toEqual({ ok: true, value: 1 })
  })
})

test('the hash of a mapping changes with the tables that it names, and no others', () => {
  const hash = (source: string, owners: string) =>
    compileMapping('m', source, { tables: new Map([...tables, ['owners', table(owners)]]) }).hash
  const [one, other] = ['region,owner\nnorth,u1\n', 'region,owner\nnorth,u2\n']
  expect(hash('$table("owners", x)', one)).not.toBe(hash('$table("owners", x)', other))
  expect(hash('$table("owners", x)', one)).toBe(hash('$table("owners", x)', one))
  expect(hash('$table("plants", x)', one)).toBe(hash('$table("plants", x)', other))
  expect(compileMapping('m', 'x', { tables }).hash).toBe(compileMapping('m', 'x').hash)
})

describe('a file that is no table says why, and where', () => {
  test.each([
    ['', 1, 'a line of headers'],
    ['a\n1\n', 1, 'two columns or more'],
    ['a;b\n1;2\n', 1, 'separated by commas'],
    ['a,b,b\n', 1, 'a different header for each column'],
    ['a,b\n1,x\n1,y\n', 3, 'the key "1" is there twice'],
    ['a,b\n\n"1",x\n\n1,y\n', 5, 'the key "1" is there twice'],
    ['a,b,c\n1,"x\ny",z\n,x,y\n', 4, 'expected a key in column "a"'],
    ['a,b\n1,\n', 2, 'expected a value in column "b"'],
    ['a,b\n1,x,y\n', 2, 'expected 2 columns, found 3'],
    ['a,b\n1,x\n2,x"y\n', 3, 'not CSV'],
    ['a,b\n1,\0\n', 1, 'expected UTF-8'],
    [Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xd6, 0xd0, 0x2c, 0x31]), 1, 'save the file again as "CSV UTF-8"'],
    [
      `a,b\n${Array.from({ length: TABLE_ROWS_MAX + 1 }, (_, n) => `${n},y\n`).join('')}`,
      TABLE_ROWS_MAX + 2,
      'at most 20000',
    ],
  ])('%#', (text, line, message) => {
    expect(readTable(Buffer.from(text as string))).toEqual({
      ok: false,
      problems: [{ line, message: expect.stringContaining(message) }],
    })
  })

  test('of many wrong rows ten are told', () => {
    const read = readTable(Buffer.from(`a,b\n${'1\n'.repeat(50)}`))
    expect(read.ok ? [] : read.problems).toHaveLength(10)
  })

  test('a file that is too large is not read', async () => {
    const { write, load } = folder()
    write('tables/large.csv', `a,b\nx,${'y'.repeat(TABLE_BYTES_MAX)}\n`)
    expect((await load(['.'])).problems).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringContaining('expected at most 2097152') }),
    ])
  })
})

function folder() {
  const dir = mkdtempSync(path.join(tmpdir(), 'patchbay-tables-'))
  return {
    write(file: string, text: string): void {
      mkdirSync(path.dirname(path.join(dir, file)), { recursive: true })
      writeFileSync(path.join(dir, file), text)
    },
    load: async (folders: readonly string[]) =>
      await loadMappings(
        folders.map(one => path.join(dir, one)),
        { timeMs: 50, outputBytesMax: 1000 },
      ),
  }
}

test('tables are read beside the mappings, a later folder over an earlier one', async () => {
  const { write, load } = folder()
  write('base/tables/owners.csv', 'a,b\nnorth,base\n')
  write('own/tables/owners.csv', 'a,b\nnorth,own\n')
  write('own/tables/broken.csv', 'a\n')
  write('own/crm/contact.out.jsonata', '{"owner": $table("owners", region)}')
  write('own/crm/contact.in.jsonata', '{"person": {\n  "jobTitle": $table("nobody", job)\n}}')
  const { library, problems } = await load(['base', 'own'])
  expect(problems).toEqual([
    expect.objectContaining({ file: expect.stringMatching(/own.tables.broken\.csv$/), line: 1 }),
    expect.objectContaining({ name: 'crm/contact.in', line: 2, message: expect.stringContaining('"nobody"') }),
  ])
  expect(library.get('crm/contact.out')?.run({ region: 'north' }, { nowMs: 0 })).toEqual({
    ok: true,
    value: { owner: 'own' },
  })
})

test('conditions decide by the record alone', () => {
  for (const source of ['$table("owners", region) = "u1"', '$exists($xref("crm", "contact", id))'])
    expect(() => compileMapping('condition', source, { kind: 'condition', tables })).toThrow(/M1005/)
})
