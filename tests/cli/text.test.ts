import { describe, expect, it } from 'vitest'
import { csvLine } from '../../src/cli/files/csv.ts'
import { renderTable } from '../../src/cli/output/output.ts'
import { displayWidth, padText, truncateText } from '../../src/cli/output/text-width.ts'

const plain = (_style: string, text: string): string => text

describe('width', () => {
  it.each([
    ['abc', 3],
    ['王小明', 6],
    ['Ａ１', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['한국', 4],
    ['\u001B[31mred\u001B[39m', 3],
    ['', 0],
  ])('%s', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  it('pads and cuts by what is shown', () => {
    expect(padText('王', 4, 'right')).toBe('  王')
    expect(truncateText('王小明王小明', 7)).toBe('王小明…')
    expect(truncateText('short', 7)).toBe('short')
  })
})

describe('tables', () => {
  it('line up whatever the script, and keep one row on one line', () => {
    const table = renderTable(
      [{ title: 'NAME' }, { title: 'COUNT', align: 'right' }, { title: 'END' }],
      [
        ['王小明', 7, 'x'],
        ['Ana\nSilva\u001B[2J', null, 'y'],
      ],
      false,
      plain,
    )
    expect(table).toBe('NAME           COUNT  END\n王小明             7  x\nAna Silva [2J      -  y\n')
  })
})

describe('CSV', () => {
  it('quotes what must be quoted and makes no formulas', () => {
    expect(csvLine(['a', 'b,c', 'say "hi"', 'two\nlines', null, { x: 1 }])).toBe(
      'a,"b,c","say ""hi""","two\nlines",,"{""x"":1}"',
    )
    expect(csvLine(['=HYPERLINK("x")', '+34 600 123', '-5', '@cmd'])).toBe(
      '"\'=HYPERLINK(""x"")",+34 600 123,-5,\'@cmd',
    )
  })
})
