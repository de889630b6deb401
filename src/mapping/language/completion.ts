import { parse } from '../engine/syntax/tree.ts'
import { functionSignatures } from '../mapping.ts'
import { fieldFunctions } from '../functions.ts'
import { noTables, type Tables } from '../tables.ts'
import { lookupTexts } from './lookup-texts.ts'
import { type MappingSide, sourceSchemaOf, variablesOf } from './check.ts'
import { analyse } from './flow/analysis.ts'
import { makeFindings } from './flow/finding.ts'
import { type Flow, itemsOf, kindsText, without } from './flow/flow.ts'
import { targetFields } from './target.ts'

/** Something that may stand at the cursor. */
export interface Completion {
  readonly label: string
  readonly kind: 'field' | 'function' | 'variable' | 'target' | 'text'
  /** The type of a field, how a function is written. */
  readonly detail: string
}

export interface Completions {
  /** Where the word at the cursor begins: what is taken replaces it. */
  readonly from: number
  readonly options: readonly Completion[]
}

/**
 * What may stand at a place of a source that is being written: functions and variables behind `$`, what may be looked up in
 * the texts of `$table` and `$xref`, fields elsewhere.
 */
export function completionsAt(
  source: string,
  position: number,
  side: MappingSide,
  tables: Tables = noTables,
): Completions {
  const before = source.slice(0, position)
  const open = openBrackets(before)
  if (open.text !== undefined) {
    const texts = lookupTexts(before, { tables, systems: side.systems })
    if (texts !== undefined) return { from: open.text, options: texts }
    const fields = side.kind === 'inbound' && open.isKey ? targetFields(open.keys) : []
    const options = fields.map(({ name, shape }): Completion => ({ label: name, kind: 'target', detail: shape }))
    return { from: open.text, options }
  }
  const word = /\$?[\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? ''
  const from = position - word.length
  if (word.startsWith('$')) return { from, options: [...variables(before, side), ...functions()] }
  return { from, options: fieldsAt(before.slice(0, from), open.closing, side, tables) }
}

function variables(before: string, side: MappingSide): readonly Completion[] {
  const bound = [...before.matchAll(/\$([\p{L}_][\p{L}\p{N}_]*)\s*(?=:=)/gu)].map(([, name = '']) => name)
  const names = new Set([...bound, ...variablesOf[side.kind]])
  return [...names].map(name => ({
    label: `$${name}`,
    kind: 'variable',
    detail: bound.includes(name) ? 'bound here' : '',
  }))
}

function functions(): readonly Completion[] {
  const usage = new Map(fieldFunctions.map(one => [one.name, one.usage]))
  return [...functionSignatures].map(([name, signature]) => ({
    label: `$${name}`,
    kind: 'function',
    detail: usage.get(name) ?? signature,
  }))
}

/** Stands at the cursor while the source is walked. */
const mark = 'patchbay_cursor'

/** The fields of what a name at the end of the text would be read from. */
function fieldsAt(before: string, closing: string, side: MappingSide, tables: Tables): readonly Completion[] {
  // Where a value is to follow a key or an operator the text up to it parses with the mark as that value.
  const candidates = [`${before}${mark}${closing}`, `${before}"": ${mark}${closing}`]
  const source = candidates.find(parses)
  if (source === undefined) return []
  let context: Flow | undefined
  analyse(source, {
    schema: sourceSchemaOf(side),
    variables: variablesOf[side.kind],
    functions: functionSignatures,
    lookups: { tables },
    findings: makeFindings(),
    onName(name, flow) {
      if (name === mark) context = flow
    },
  })
  const members = context === undefined ? undefined : itemsOf(context)?.members
  return (members?.names ?? []).map(label => {
    const member = members?.get(label)
    return { label, kind: 'field', detail: member === undefined ? '' : kindsText(without(member, 'nothing')) }
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

interface Open {
  /** Closes every bracket that is open. */
  readonly closing: string
  /** Where the text that the cursor is in begins, behind its quote. */
  readonly text: number | undefined
  /** That text is the key of an object. */
  readonly isKey: boolean
  /** The keys of the objects around the cursor, from the outside in. */
  readonly keys: readonly string[]
}

/** What is open at the end of a text: brackets, a quoted text, and the keys that lead there. */
function openBrackets(before: string): Open {
  const stack: { close: string; key: string; awaitsKey: boolean }[] = []
  const tokens = /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\]|\\.)*("|$)|'(?:[^'\\]|\\.)*('|$)|[([{}\]),:]/g
  let last = ''
  const open = (text: number | undefined): Open => ({
    closing: stack
      .map(one => one.close)
      .reverse()
      .join(''),
    text,
    isKey: stack.at(-1)?.awaitsKey === true,
    keys: stack.flatMap(({ close, key, awaitsKey }) => (close === '}' && !awaitsKey ? [key] : [])),
  })
  for (const { 0: token, index } of before.matchAll(tokens)) {
    const quote = token.charAt(0)
    if (quote === '"' || quote === "'") {
      if (token.length === 1 || !token.endsWith(quote)) return open(index + 1)
      last = token.slice(1, -1)
    } else if ('([{'.includes(token)) {
      stack.push({ close: token === '(' ? ')' : token === '[' ? ']' : '}', key: '', awaitsKey: token === '{' })
    } else if (')]}'.includes(token)) stack.pop()
    else keyOrValue(stack.at(-1), token, last)
  }
  return open(undefined)
}

function keyOrValue(
  top: { close: string; key: string; awaitsKey: boolean } | undefined,
  token: string,
  last: string,
): void {
  if (top?.close !== '}') return
  if (token === ':' && top.awaitsKey) {
    top.key = last
    top.awaitsKey = false
  } else if (token === ',') top.awaitsKey = true
}
