import { makeTokenReader, type Token, type TokenReader } from './tokens.ts'

/** An expression as it is written: every token of the source is in it once, in order. */
export type Written =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'prefix'; readonly operator: Token; readonly operand: Written }
  | { readonly kind: 'infix'; readonly left: Written; readonly operator: Token; readonly right: Written }
  | {
      readonly kind: 'condition'
      readonly test: Written
      readonly question: Token
      readonly result: Written
      readonly colon: Token | undefined
      readonly otherwise: Written | undefined
    }
  /** Something in brackets: `left` is what a call, filter, grouping or order-by stands behind. */
  | {
      readonly kind: 'bracketed'
      readonly left: Written | undefined
      /** `^` of an order-by. */
      readonly mark: Token | undefined
      readonly open: Token
      readonly items: readonly Item[]
      readonly close: Token
    }
  | { readonly kind: 'function'; readonly head: Written; readonly signature: string; readonly body: Written }
  /** `| pattern | update, delete |`: each part behind the token that opens it. */
  | {
      readonly kind: 'transform'
      readonly parts: readonly { readonly open: Token; readonly written: Written }[]
      readonly close: Token
    }

/** One of several between brackets, with the `,` or `;` behind it; `value` is there where it is `key: value`. */
export interface Item {
  /** `<` or `>` of an order-by. */
  readonly direction?: Token
  readonly written: Written
  readonly colon?: Token
  readonly value?: Written
  readonly separator: Token | undefined
}

const bindingPower: Readonly<Record<string, number>> = {
  '.': 75,
  '[': 80,
  '{': 70,
  '(': 80,
  '@': 80,
  '#': 80,
  '?': 20,
  '+': 50,
  '-': 50,
  '*': 60,
  '/': 60,
  '%': 60,
  '=': 40,
  '<': 40,
  '>': 40,
  '^': 40,
  ':=': 10,
  '!=': 40,
  '<=': 40,
  '>=': 40,
  '~>': 40,
  '?:': 40,
  '??': 40,
  and: 30,
  or: 25,
  in: 40,
  '&': 50,
}

const closings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Reads a source text that is known to parse. */
export function readWritten(source: string) {
  const tokens = makeTokenReader(source)
  const parser = makeParser(tokens)
  const root = parser.expression(0)
  return { root, end: parser.ahead(), starts: tokens.starts }
}

function makeParser(tokens: TokenReader) {
  let ahead = tokens.next(true)

  /** Takes the token ahead; what may follow it is told from what it is. */
  const take = (isOperandNext: boolean): Token => {
    const taken = ahead
    ahead = tokens.next(isOperandNext)
    return taken
  }

  const expression = (power: number): Written => {
    let left = first()
    while (ahead.kind === 'operator' && power < (bindingPower[ahead.text] ?? 0)) left = rest(left)
    return left
  }

  const first = (): Written => {
    if ('([{'.includes(ahead.text)) return bracketed(undefined, undefined)
    if (ahead.text === '-') return { kind: 'prefix', operator: take(true), operand: expression(70) }
    if (ahead.text === '|') return transform()
    return { kind: 'token', token: take(false) }
  }

  const rest = (left: Written): Written => {
    const { text } = ahead
    if (text === '^') return bracketed(left, take(true))
    if (text === '(' && isFunctionWord(left)) return lambda(left)
    if (text === '(' || text === '[' || text === '{') return bracketed(left, undefined)
    if (text === '?') return condition(left)
    const operator = take(true)
    const power = text === '?:' || text === '??' ? 0 : text === ':=' ? 9 : (bindingPower[text] ?? 0)
    return { kind: 'infix', left, operator, right: expression(power) }
  }

  const condition = (test: Written): Written => {
    const question = take(true)
    const result = expression(0)
    const colon = ahead.text === ':' ? take(true) : undefined
    return {
      kind: 'condition',
      test,
      question,
      result,
      colon,
      otherwise: colon === undefined ? undefined : expression(0),
    }
  }

  const bracketed = (left: Written | undefined, mark: Token | undefined): Written => {
    const open = take(true)
    const end = closings[open.text] ?? ''
    const items: Item[] = []
    while (ahead.text !== end && ahead.kind !== 'end') items.push(item(mark !== undefined, open.text))
    return { kind: 'bracketed', left, mark, open, items, close: take(false) }
  }

  const item = (isOrder: boolean, open: string): Item => {
    const direction = isOrder && (ahead.text === '<' || ahead.text === '>') ? take(true) : undefined
    const written = range()
    const colon = open === '{' && ahead.text === ':' ? take(true) : undefined
    const value = colon === undefined ? undefined : expression(0)
    const separator = ahead.text === ',' || ahead.text === ';' ? take(true) : undefined
    return {
      ...(direction === undefined ? {} : { direction }),
      written,
      ...(colon === undefined || value === undefined ? {} : { colon, value }),
      separator,
    }
  }

  const range = (): Written => {
    const left = expression(0)
    if (ahead.text !== '..') return left
    return { kind: 'infix', left, operator: take(true), right: expression(0) }
  }

  const lambda = (word: Written): Written => {
    const head = bracketed(word, undefined)
    const signature = ahead.text === '<' ? `<${tokens.until('{').trimEnd()}` : ''
    if (signature !== '') take(true)
    return { kind: 'function', head, signature, body: bracketed(undefined, undefined) }
  }

  const transform = (): Written => {
    const part = () => ({ open: take(true), written: expression(0) })
    const parts = [part(), part()]
    if (ahead.text === ',') parts.push(part())
    return { kind: 'transform', parts, close: take(false) }
  }

  return { expression, ahead: () => ahead }
}

function isFunctionWord(written: Written): boolean {
  return written.kind === 'token' && (written.token.text === 'function' || written.token.text === 'λ')
}
