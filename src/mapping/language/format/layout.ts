import { assertNever } from '#model/assert.ts'
import {
  blankLine,
  choice,
  type Document,
  fill,
  group,
  hardBreak,
  hasBreak,
  indent,
  line,
  softLine,
} from './document.ts'
import { part } from '../../engine/syntax/tree.ts'
import type { Item, Written } from './syntax.ts'
import type { Comment, Token } from './tokens.ts'

/** How an expression is laid out. Only white space is decided here: every token and comment is written as it stands. */
export function layOut(written: Written): Document {
  switch (written.kind) {
    case 'token':
      return tokenOf(written.token)
    case 'prefix':
      return [tokenOf(written.operator), layOut(written.operand)]
    case 'infix':
      return infix(written)
    case 'condition':
      return condition(written)
    case 'bracketed':
      return bracketed(written)
    case 'function':
      return lambda(written)
    case 'transform':
      return [
        written.parts.map(({ open, written: inner }, index) => [
          index === 0 || open.text === ',' ? [] : ' ',
          tokenOf(open),
          ' ',
          layOut(inner),
        ]),
        ' ',
        tokenOf(written.close),
      ]
    default:
      return assertNever(written)
  }
}

/** A token behind the comments that stand before it. */
export function tokenOf(token: Token): Document {
  return [commentsBefore(token), token.text]
}

export function commentsBefore({ comments }: Token): Document {
  return comments.map(comment => [commentText(comment), comment.endsLine ? hardBreak : ' '])
}

/** The lines of a comment keep their places to one another when it moves: those that begin with a star get one blank. */
function commentText({ text }: Comment): Document {
  const lines = text.split('\n').map(one => one.trim())
  if (lines.length === 1 || !lines.slice(1).every(one => one.startsWith('*'))) return text
  return lines.map((one, index) => (index === 0 ? one : [hardBreak, ` ${one}`]))
}

/** Written without blanks around them. */
const tight = new Set(['.', '@', '#', '..'])
/** Chains of these break before each operator. */
const chains = new Set(['and', 'or', '&', '+', '-', '~>', '*', '/'])

type Infix = Extract<Written, { kind: 'infix' }>

function infix({ left, operator, right }: Infix): Document {
  const { text } = operator
  if (tight.has(text)) return [layOut(left), tokenOf(operator), layOut(right)]
  if (text === ':=') return [layOut(left), ' ', tokenOf(operator), ' ', layOut(right)]
  if (!chains.has(text)) return [layOut(left), ' ', tokenOf(operator), ' ', layOut(right)]
  const links: Document[] = []
  let first: Written = { kind: 'infix', left, operator, right }
  while (first.kind === 'infix' && isLinkOf(first.operator.text, text)) {
    links.unshift(line, tokenOf(first.operator), ' ', layOut(first.right))
    first = first.left
  }
  const head = layOut(first)
  const flat: Document = [head, ...links.map(link => (link === line ? ' ' : link))]
  const broken = group([head, indent(links)])
  return isHuggable(right) && !links.slice(0, -1).some(hasBreak) && !hasBreak(head) ? choice(flat, broken) : broken
}

const isLinkOf = (one: string, other: string): boolean =>
  one === other || (sums.has(one) && sums.has(other)) || (products.has(one) && products.has(other))
const sums = new Set(['+', '-', '&'])
const products = new Set(['*', '/'])

type Condition = Extract<Written, { kind: 'condition' }>

/** `a ? b : c ? d : e` is a list of cases, one under the other. */
function condition(written: Condition): Document {
  const parts: Document[] = []
  let one: Condition | undefined = written
  let last: Written = written.result
  while (one !== undefined) {
    parts.push(layOut(one.test))
    parts.push(one === written ? line : ' ', tokenOf(one.question), ' ', layOut(one.result))
    last = one.result
    const { colon, otherwise }: Condition = one
    if (colon === undefined || otherwise === undefined) break
    parts.push(line, tokenOf(colon), ' ')
    one = otherwise.kind === 'condition' ? otherwise : undefined
    last = otherwise
    if (one === undefined) parts.push(layOut(otherwise))
  }
  const [test = '', ...cases] = parts
  const broken = group([test, indent(cases)])
  if (!isHuggable(last) || !hasBreak(parts.at(-1) ?? '')) return broken
  const flat = parts.map(part => (part === line ? ' ' : part))
  return flat.slice(0, -1).some(hasBreak) ? broken : choice(flat, broken)
}

/** What opens a bracket that its content may hang on: the lines break inside, not before. */
function isHuggable(written: Written): boolean {
  if (written.kind === 'function') return true
  if (written.kind === 'infix') return tight.has(written.operator.text) && isHuggable(written.right)
  if (written.kind !== 'bracketed') return false
  if (written.left !== undefined) return written.open.text === '{'
  return written.open.text !== '(' && written.items.length > 0
}

type Bracketed = Extract<Written, { kind: 'bracketed' }>

function bracketed(written: Bracketed): Document {
  const { left, mark, open, items, close } = written
  const before: Document = [
    left === undefined ? [] : layOut(left),
    mark === undefined ? [] : tokenOf(mark),
    tokenOf(open),
  ]
  if (items.length === 0) return [before, close.comments.map(one => [commentText(one), ' ']), close.text]
  const only = items.length === 1 && close.comments.length === 0 ? items[0] : undefined
  if (only !== undefined && only.value === undefined && only.separator === undefined && isHuggable(only.written))
    return [before, itemOf(only), close.text]
  const words = open.text === '[' ? wordsOf(items) : undefined
  const hugged = hugLast(written)
  const content: Document = [
    before,
    indent([
      breakAfterOpen(written),
      words === undefined ? items.flatMap((item, index) => [itemOf(item), gapAfter(items, index)]) : fill(words),
    ]),
    close.comments.length === 0 ? [] : indent([line, ...closingComments(close)]),
    softLine,
    close.text,
  ]
  return hugged === undefined ? group(content) : choice([before, hugged, close.text], group(content))
}

/** The items with their commas, where all are single tokens without comments. */
function wordsOf(items: readonly Item[]): readonly string[] | undefined {
  const words = items.map(({ written, separator }) => {
    const tokens = [
      ...(written.kind === 'token' ? [written.token] : []),
      ...(separator === undefined ? [] : [separator]),
    ]
    const isPlain = written.kind === 'token' && tokens.every(token => token.comments.length === 0)
    return isPlain ? tokens.map(token => token.text).join('') : undefined
  })
  return words.every(word => word !== undefined) ? words : undefined
}

/** An object that was written over several lines stays so, and so does a block of several expressions. */
function breakAfterOpen({ open, items }: Bracketed): Document {
  const [first] = items
  const firstToken = first === undefined ? undefined : leading(first.written)
  const isOpen =
    firstToken !== undefined && (firstToken.linesBefore > 0 || firstToken.comments.some(one => one.startsLine))
  if (open.text === '{' && isOpen) return hardBreak
  return open.text === '(' && items.some(item => item.separator?.text === ';') && isOpen ? hardBreak : softLine
}

/** `f(a, function($x) {…})`: the last argument's lines break inside it. */
function hugLast({ left, open, items, close }: Bracketed): Document | undefined {
  const last = items.at(-1)
  if (left === undefined || open.text !== '(' || last === undefined || items.length < 2) return undefined
  if (!isHuggable(last.written) || items.slice(0, -1).some(item => isHuggable(item.written))) return undefined
  if (close.comments.length > 0 || items.some(item => item.separator?.comments.length)) return undefined
  if (items.some((_, index) => hasBreak(gapAfter(items, index)))) return undefined
  const parts = items.map(itemOf)
  if (parts.slice(0, -1).some(hasBreak)) return undefined
  return parts.map((part, index) => (index === 0 ? part : [' ', part]))
}

function itemOf({ direction, written, colon, value, separator }: Item): Document {
  return [
    direction === undefined ? [] : tokenOf(direction),
    layOut(written),
    colon === undefined || value === undefined ? [] : [tokenOf(colon), ' ', layOut(value)],
    separator === undefined ? [] : tokenOf(separator),
  ]
}

/** Behind a separator comes a break, a blank line where there was one, and a comment that ends its line before it. */
function gapAfter(items: readonly Item[], index: number): Document {
  const next = items[index + 1]
  if (next === undefined) return []
  const token = leading(next.written)
  const [first] = token.comments
  const lines = first === undefined ? token.linesBefore : Number(first.startsLine)
  if (first !== undefined && first.startsLine) return hardBreak
  return lines > 1 ? blankLine : line
}

function closingComments({ comments }: Token): Document[] {
  return comments.flatMap((comment, index) => [
    commentText(comment),
    index === comments.length - 1 ? (comment.endsLine ? hardBreak : []) : comment.endsLine ? hardBreak : ' ',
  ])
}

/** The first token of an expression. */
function leading(written: Written): Token {
  switch (written.kind) {
    case 'token':
      return written.token
    case 'prefix':
      return written.operator
    case 'infix':
      return leading(written.left)
    case 'condition':
      return leading(written.test)
    case 'bracketed':
      return written.left === undefined ? written.open : leading(written.left)
    case 'function':
      return leading(written.head)
    case 'transform':
      return part(written.parts[0]).open
    default:
      return assertNever(written)
  }
}

function lambda({ head, signature, body }: Extract<Written, { kind: 'function' }>): Document {
  if (body.kind !== 'bracketed' || body.items.length !== 1 || body.close.comments.length > 0)
    return [parameters(head), signature, ' ', layOut(body)]
  const [only] = body.items
  const content = only === undefined ? [] : itemOf(only)
  if (only?.written.kind === 'bracketed' && only.written.left === undefined && only.written.open.text === '(')
    return [parameters(head), signature, ' ', tokenOf(body.open), content, body.close.text]
  return [parameters(head), signature, ' ', group([tokenOf(body.open), indent([line, content]), line, body.close.text])]
}

/** On one line: it is the body that breaks. */
function parameters(head: Written): Document {
  if (head.kind !== 'bracketed' || head.left === undefined || head.close.comments.length > 0) return layOut(head)
  const items = head.items.flatMap((item, index) => [index === 0 ? [] : ' ', itemOf(item)])
  return [layOut(head.left), tokenOf(head.open), items, head.close.text]
}
