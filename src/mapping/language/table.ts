import { isDeepStrictEqual } from 'node:util'
import type { JsonPrimitive } from '#model/json.ts'
import { parse } from '../engine/syntax/tree.ts'
import { writeDocument } from './format/document.ts'
import { formatSource } from './format/format.ts'
import { layOut } from './format/layout.ts'
import { type Item, readWritten, type Written } from './format/syntax.ts'
import type { Token } from './format/tokens.ts'
import { noTableTexts, type RowProblem, rowProblem } from './table-texts.ts'

/** A function that a value goes through, with what it takes besides the value. */
export interface Transformation {
  readonly name: string
  readonly args: readonly JsonPrimitive[]
}

/** One field of the target, or a variable that rows behind it may read. */
export type TableRow = {
  /** The keys that lead to it, such as `['person', 'email']`; of a variable `['$name']`. */
  readonly target: readonly string[]
  /** With their brackets; they stand before the field. */
  readonly comments: readonly string[]
} & (
  | {
      readonly kind: 'mapped'
      /** A path such as `address.city` or `$links.account.remoteId`. */
      readonly source: string
      /** From the source on. */
      readonly transformations: readonly Transformation[]
      readonly default?: JsonPrimitive
    }
  | { readonly kind: 'constant'; readonly value: JsonPrimitive }
  /** Beyond what a table can show: to be read and changed as text. */
  | { readonly kind: 'expression'; readonly text: string }
)

/** A mapping as a table; the other view is its source text. */
export interface MappingTable {
  readonly rows: readonly TableRow[]
  /** Comments around the whole. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export type TableOf =
  | { readonly ok: true; readonly table: MappingTable }
  /** The mapping as a whole is no table. */
  | { readonly ok: false; readonly reason: keyof typeof noTableTexts; readonly message: string }

/** The table form of a source text: the same meaning and comments. Throws what the parser of the language throws. */
export function tableOf(source: string): TableOf {
  parse(source)
  const { root, end } = readWritten(source)
  if (isObject(root)) {
    const rows = fieldsOf(root)
    return rows === undefined
      ? noTable('not_rows')
      : { ok: true, table: { rows, before: textsOf(root.open), after: textsOf(end) } }
  }
  const block = blockOf(root)
  if (block === undefined) return noTable('not_an_object')
  const fields = fieldsOf(block.object)
  const variables = variablesOf(block.bindings)
  const opening = textsOf(block.object.open)
  const [first, ...rest] = fields ?? []
  if (variables === undefined || fields === undefined || (first === undefined && opening.length > 0))
    return noTable('not_rows')
  const own = first === undefined ? [] : [{ ...first, comments: [...opening, ...first.comments] }, ...rest]
  const rows = [...variables, ...own]
  return { ok: true, table: { rows, before: textsOf(block.open), after: [...textsOf(block.close), ...textsOf(end)] } }
}

const noTable = (reason: keyof typeof noTableTexts): TableOf => ({ ok: false, reason, message: noTableTexts[reason] })

/** The rows of the object that is the result; a key like `$name` would be taken for a variable. */
function fieldsOf(object: ObjectText): readonly TableRow[] | undefined {
  const rows = rowsOf(object, [])
  return rows?.some(({ target }) => isVariable(target)) === true ? undefined : rows
}

const isVariable = ([first = '']: readonly string[]): boolean => first.startsWith('$')

/** `( $name := …; …; { … } )`: variables, and the object that is made of them. */
function blockOf(root: Written) {
  if (root.kind !== 'bracketed' || root.left !== undefined || root.open.text !== '(') return undefined
  const last = root.items.at(-1)
  if (last === undefined || !isObject(last.written) || last.separator !== undefined) return undefined
  return { open: root.open, close: root.close, bindings: root.items.slice(0, -1), object: last.written }
}

/** A row for each variable; undefined where something else stands among them, or one is bound twice. */
function variablesOf(bindings: readonly Item[]): readonly TableRow[] | undefined {
  const names = new Set<string>()
  const rows: TableRow[] = []
  for (const { written, separator } of bindings) {
    if (written.kind !== 'infix' || written.operator.text !== ':=' || written.left.kind !== 'token') return undefined
    const { text: name, comments } = written.left.token
    if (!variableName.test(name) || names.has(name)) return undefined
    names.add(name)
    const key: Written = { kind: 'token', token: { ...written.left.token, comments } }
    rows.push(...rowsOfItem({ written: key, colon: written.operator, value: written.right, separator }, [name]))
  }
  return rows
}

type ObjectText = Extract<Written, { kind: 'bracketed' }>

const isObject = (written: Written): written is ObjectText =>
  written.kind === 'bracketed' && written.left === undefined && written.open.text === '{'

const textsOf = ({ comments }: Token): string[] => comments.map(comment => comment.text)

/** The rows of an object; undefined where it holds what rows cannot. */
function rowsOf({ items, close }: ObjectText, target: readonly string[]): readonly TableRow[] | undefined {
  if (close.comments.length > 0) return undefined
  const keys = items.map(({ written }) => keyOf(written))
  if (keys.includes(undefined) || new Set(keys).size < keys.length) return undefined
  return items.flatMap((item, index) => rowsOfItem(item, [...target, String(keys[index])]))
}

function rowsOfItem({ written, colon, value, separator }: Item, target: readonly string[]): readonly TableRow[] {
  const key = written.kind === 'token' ? textsOf(written.token) : []
  const comments = [
    ...key,
    ...(colon === undefined ? [] : textsOf(colon)),
    ...(separator === undefined ? [] : textsOf(separator)),
  ]
  if (value === undefined) return []
  const inner =
    isObject(value) && value.items.length > 0 && value.open.comments.length === 0 ? rowsOf(value, target) : undefined
  const [first, ...rest] = inner ?? []
  if (first !== undefined) return [{ ...first, comments: [...comments, ...first.comments] }, ...rest]
  return [{ target, comments, ...cellsOf(value) }]
}

type Cells = TableRow extends infer Row ? (Row extends unknown ? Omit<Row, 'target' | 'comments'> : never) : never

function cellsOf(value: Written): Cells {
  const constant = literalOf(value)
  if (constant !== undefined) return { kind: 'constant', value: constant }
  const hasDefault = value.kind === 'infix' && value.operator.text === '??' && value.operator.comments.length === 0
  const fallback = hasDefault ? literalOf(value.right) : undefined
  const chain = chainOf(hasDefault && fallback !== undefined ? value.left : value)
  if (chain === undefined) return { kind: 'expression', text: writeDocument(layOut(value), 120).trim() }
  return { kind: 'mapped', ...chain, ...(fallback === undefined ? {} : { default: fallback }) }
}

interface Chain {
  readonly source: string
  readonly transformations: readonly Transformation[]
}

/** `$lowercase($trim(a.b))`: a path, and the functions that it goes through with plain values beside it. */
function chainOf(value: Written): Chain | undefined {
  const source = pathOf(value)
  if (source !== undefined) return { source, transformations: [] }
  if (value.kind !== 'bracketed' || value.open.text !== '(' || value.left?.kind !== 'token') return undefined
  const { text, comments } = value.left.token
  const [first, ...rest] = value.items
  const inner = first === undefined ? undefined : chainOf(first.written)
  const args = rest.map(item => literalOf(item.written))
  const marks = [value.open, value.close, ...value.items.flatMap(item => item.separator ?? [])]
  const isPlain = functionName.test(text) && comments.length === 0 && marks.every(mark => mark.comments.length === 0)
  if (!isPlain || inner === undefined || args.includes(undefined)) return undefined
  const transformation = { name: text.slice(1), args: args.filter(arg => arg !== undefined) }
  return { source: inner.source, transformations: [...inner.transformations, transformation] }
}

const functionName = /^\$[A-Za-z]\w*$/
const variableName = /^\$[\p{L}_][\p{L}\p{N}_]*$/u
const pathName = /^(?:[\p{L}_][\p{L}\p{N}_]*|`[^`]+`)$/u
const pathStart = /^\$[\p{L}_]?[\p{L}\p{N}_]*$/u
const words = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function', 'λ'])

function pathOf(value: Written, isStart = true): string | undefined {
  if (value.kind === 'token') {
    const { text, comments } = value.token
    const isName = (pathName.test(text) && !words.has(text)) || (isStart && pathStart.test(text) && text !== '$')
    return isName && comments.length === 0 ? text : undefined
  }
  if (value.kind !== 'infix' || value.operator.text !== '.' || value.operator.comments.length > 0) return undefined
  const [left, right] = [pathOf(value.left, isStart), pathOf(value.right, false)]
  return left === undefined || right === undefined ? undefined : `${left}.${right}`
}

/** The text of a key; its comments are those of the row. */
function keyOf(written: Written): string | undefined {
  const bare = written.kind === 'token' ? { ...written, token: { ...written.token, comments: [] } } : written
  const key = literalOf(bare)
  return typeof key === 'string' ? key : undefined
}

/** A text, number, true, false or null that is written as in JSON. */
function literalOf(value: Written): JsonPrimitive | undefined {
  if (value.kind === 'prefix') {
    const number = literalOf(value.operand)
    return typeof number === 'number' && number !== 0 && value.operator.comments.length === 0 ? -number : undefined
  }
  if (value.kind !== 'token' || value.token.comments.length > 0) return undefined
  if (!/^(?:["\d]|true$|false$|null$)/.test(value.token.text)) return undefined
  try {
    return JSON.parse(value.token.text) as JsonPrimitive
  } catch {
    // The language allows line breaks in texts; JSON does not.
    return undefined
  }
}

export type SourceOf =
  { readonly ok: true; readonly source: string } | { readonly ok: false; readonly problems: readonly RowProblem[] }

/** The source text of a table, formatted. */
export function sourceOf({ rows, before, after }: MappingTable): SourceOf {
  const problems = rows.flatMap((row, index) => {
    const reason = problemOf(row, rows.slice(0, index))
    return reason === undefined ? [] : [rowProblem(index, reason, row.target.join('.'))]
  })
  if (problems.length > 0) return { ok: false, problems }
  const fields = rows.filter(({ target }) => !isVariable(target))
  const variables = membersOf(
    rows.filter(({ target }) => isVariable(target)),
    0,
    key => `${key} :=`,
  )
  const object = objectText(fields, 0)
  const whole = variables.length === 0 ? object : `(\n${[...variables, object].join(';\n')}\n)`
  const text = [...before, whole, ...after].join('\n')
  return { ok: true, source: formatSource(text) }
}

/** The object that rows with the same first keys make. */
const objectText = (rows: readonly TableRow[], depth: number): string =>
  `{\n${membersOf(rows, depth, key => `${JSON.stringify(key)}:`).join(',\n')}\n}`

/** What rows say by their keys at a depth; `begin` writes a key. */
function membersOf(rows: readonly TableRow[], depth: number, begin: (key: string) => string): string[] {
  const members: string[] = []
  for (let at = 0; at < rows.length;) {
    const key = rows[at]?.target[depth] ?? ''
    let end = at
    while (end < rows.length && rows[end]?.target[depth] === key && (rows[end]?.target.length ?? 0) > depth + 1) end++
    const row = rows[at]
    const isLeaf = end === at
    if (row !== undefined) {
      const comments = isLeaf ? row.comments.map(comment => `${comment}\n`).join('') : ''
      const value = isLeaf ? valueText(row) : objectText(rows.slice(at, end), depth + 1)
      members.push(`${comments}${begin(key)} ${value}`)
    }
    at = isLeaf ? at + 1 : end
  }
  return members
}

function valueText(row: TableRow): string {
  if (row.kind === 'constant') return JSON.stringify(row.value)
  if (row.kind === 'expression') return row.text
  const value = row.transformations.reduce(
    (inner, { name, args }) => `$${name}(${[inner, ...args.map(arg => JSON.stringify(arg))].join(', ')})`,
    row.source,
  )
  return row.default === undefined ? value : `${value} ?? ${JSON.stringify(row.default)}`
}

/** What is wrong with a row that a person wrote: its text must be what it stands for, and nothing else. */
function problemOf(row: TableRow, earlier: readonly TableRow[]): RowProblem['reason'] | undefined {
  if (row.target.length === 0) return 'row_without_target'
  if (isVariable(row.target)) {
    if (!variableName.test(row.target[0] ?? '')) return 'variable_name'
    if (earlier.some(one => !isVariable(one.target))) return 'variable_late'
  }
  if (earlier.some(one => startsWith(one.target, row.target) || startsWith(row.target, one.target)))
    return 'target_twice'
  const last = earlier.at(-1)
  const isApart = row.target.slice(0, -1).some((_, index) => {
    const group = row.target.slice(0, index + 1)
    return earlier.some(one => startsWith(one.target, group)) && last !== undefined && !startsWith(last.target, group)
  })
  if (isApart) return 'rows_apart'
  if (row.comments.some(comment => !/^\/\*(?:(?!\*\/)[^])*\*\/$/.test(comment))) return 'comment_open'
  if (stands(row)) return undefined
  if (row.kind !== 'mapped') return 'expression_unreadable'
  return stands({ ...row, transformations: [] }) ? 'transformation_unreadable' : 'source_no_path'
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((key, index) => path[index] === key)

/** Whether the text of a row's value is one value, and read back is what the row says. */
function stands(row: TableRow): boolean {
  try {
    const source = `{"a": ${valueText(row)}}`
    parse(source)
    const { root } = readWritten(source)
    const [item, ...rest] = isObject(root) ? root.items : []
    if (item?.value === undefined || item.separator !== undefined || rest.length > 0) return false
    if (row.kind === 'expression') return true
    const read = { target: row.target, comments: row.comments, ...cellsOf(item.value) }
    return isDeepStrictEqual(read, row)
  } catch {
    // It does not parse.
    return false
  }
}
