import { styleText } from 'node:util'
import { displayWidth, padText, truncateText } from './text-width.ts'

/** Where a command writes: tables and lines for people, or JSON for programs. */
export interface Output {
  json: boolean
  /** One value for programs; nothing in people's mode. */
  value(value: unknown): void
  /** One line for people; nothing with --json. */
  line(text?: string): void
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void
  /** Progress on the error stream, rewritten in place on a terminal; nothing otherwise. */
  progress(text: string): void
  style(style: Style, text: string): string
}

export interface Column {
  title: string
  align?: 'left' | 'right'
  /** Longer texts are cut on a terminal. */
  max?: number
}

export type Cell = string | number | null | undefined
export type Style = 'good' | 'bad' | 'warn' | 'dim' | 'bold'

const STYLES = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', bold: 'bold' } as const

export interface OutputOptions {
  json: boolean
  colours: boolean | undefined
  stdout: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
  stderr: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
}

export function createOutput({ json, colours, stdout, stderr }: OutputOptions): Output {
  const isColoured = colours ?? stdout.isTTY
  const style: Output['style'] = (name, text) =>
    isColoured ? styleText(STYLES[name], text, { validateStream: false }) : text
  return {
    json,
    style,
    value: value => void (json && stdout.write(`${JSON.stringify(value)}\n`)),
    line: (text = '') => void (json || stdout.write(`${text}\n`)),
    table(columns, rows) {
      if (!json) stdout.write(renderTable(columns, rows, stdout.isTTY, style))
    },
    progress(text) {
      if (!json && stderr.isTTY) stderr.write(`\r\u001B[2K${text}`)
    },
  }
}

/** Columns as wide as their widest cell by what a terminal shows (Chinese counts two), two spaces apart. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  isTerminal: boolean,
  style: Output['style'],
): string {
  const texts = rows.map(row =>
    columns.map(({ max }, index) => {
      const text = cellText(row[index])
      return isTerminal && max !== undefined ? truncateText(text, max) : text
    }),
  )
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...texts.map(row => displayWidth(row[index] ?? ''))),
  )
  const render = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => padText(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd()
  const head = style('dim', render(columns.map(column => column.title)))
  return `${[head, ...texts.map(row => render(row.map((text, index) => colourState(columns[index], text, style))))].join('\n')}\n`
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-'
  // One row is one line, whatever a value holds; control characters could drive the terminal.
  return String(cell).replace(/[\u0000-\u001F\u007F-\u009F]+/g, ' ')
}

const STATE_STYLES: Readonly<Record<string, Style>> = {
  synced: 'good',
  processed: 'good',
  active: 'good',
  passed: 'good',
  dead: 'bad',
  failed: 'bad',
  disconnected: 'bad',
  retrying: 'warn',
  unknown: 'warn',
  held: 'warn',
  frozen: 'warn',
  paused: 'warn',
}

function colourState(column: Column | undefined, text: string, style: Output['style']): string {
  const found = column?.title === 'STATE' || column?.title === 'RESULT' ? STATE_STYLES[text] : undefined
  return found === undefined ? text : style(found, text)
}

/** A time as people compare it: local to nobody, to the second. */
export function shortTime(time: string | null | undefined): string {
  return time ? time.replace('T', ' ').replace(/(\.\d+)?Z$/, '') : '-'
}
