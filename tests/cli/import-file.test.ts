import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTable } from '../../src/cli/files/import-file.ts'
import type { FileRow } from '../../src/cli/files/import-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'patchbay-import-'))

async function rows(file: string, options: Parameters<typeof readTable>[1] = {}) {
  const found: FileRow[] = []
  for await (const row of readTable(file, options)) found.push(row)
  return found
}

function csv(text: string): string {
  const file = join(folder, 'table.csv')
  writeFileSync(file, text)
  return file
}

describe('CSV', () => {
  it.each([
    ['commas', 'id,name\n1,"Silva, Ana"\n'],
    ['semicolons and a byte order mark', '\uFEFFid;name\r\n1;Silva, Ana\r\n'],
    ['tabs', 'id\tname\n1\tSilva, Ana\n'],
  ])('with %s', async (_name, text) => {
    expect(await rows(csv(text))).toEqual([{ row: 2, values: { id: '1', name: 'Silva, Ana' } }])
  })

  it('keeps the numbers of rows over empty lines', async () => {
    expect((await rows(csv('id,name\n1,a\n\n2,b\n'))).map(({ row }) => row)).toEqual([2, 4])
  })

  it('that is broken says where', async () => {
    await expect(rows(csv('id,name\n1,"a\n'))).rejects.toThrow(/cannot be read as CSV: .*Quote/)
    await expect(rows(csv('id,name\n1,a,too,many\n'))).rejects.toThrow(/cannot be read as CSV/)
    expect(() => readTable(join(folder, 'none.csv'), {})).toThrow('there is no file')
  })
})

describe('XLSX', () => {
  const file = join(import.meta.dirname, 'fixtures/people.xlsx')

  it('gives texts as a CSV file would: numbers exact, dates as dates, empty rows left out', async () => {
    expect(await rows(file)).toEqual([
      { row: 2, values: { id: '7', 姓名: '王小明', phone: '13800138000', since: '2025-01-01' } },
      { row: 4, values: { id: 'a-8', 姓名: 'Ana', phone: '', since: '' } },
    ])
    expect(await rows(file, { sheet: 'Other' })).toEqual([{ row: 2, values: { id: '1' } }])
  })

  it('that is none, or lacks the sheet, says so', async () => {
    await expect(rows(file, { sheet: 'Nope' })).rejects.toThrow('has no sheet "Nope"; it has 客户, Other')
    const none = join(folder, 'none.xlsx')
    writeFileSync(none, 'not a zip')
    await expect(rows(none)).rejects.toThrow('cannot be read as XLSX')
  })
})
