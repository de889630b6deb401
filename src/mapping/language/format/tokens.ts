/** A comment with what stood around it: the parser of the language drops them, people do not. */
export interface Comment {
  readonly text: string
  /** It begins on a line of its own. */
  readonly startsLine: boolean
  /** Nothing else follows on its last line. */
  readonly endsLine: boolean
}

export interface Token {
  /** An operator may be an operand in its place: `*`, `%`, `and` are names of steps where a value is expected. */
  readonly kind: 'operand' | 'operator' | 'end'
  /** Exactly as in the source. */
  readonly text: string
  readonly position: number
  readonly comments: readonly Comment[]
  /** Line breaks between the token before (or the last comment) and this one. */
  readonly linesBefore: number
}

const whiteSpace = /[ \t\n\r\v]*/y
const longOperators = ['..', ':=', '!=', '>=', '<=', '**', '~>', '?:', '??']
const operatorChars = '.[]{}(),@#;:?+-*/%|=<>^&!~'
const number = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y
const name = /[^ \t\n\r\v.[\]{}(),@#;:?+\-*/%|=<>^&!~]+/y
const wordOperators = new Set(['and', 'or', 'in'])

/**
 * Reads the tokens of a source text that is known to parse, with their exact texts. `isOperandNext` says what the parser
 * expects: `/` begins a regular expression there, and divides elsewhere.
 */
export function makeTokenReader(source: string) {
  let at = 0
  const starts = new Map<number, number>()
  return {
    /** Where each token begins, by where it ends: the parser of the language tells the latter. */
    starts,
    next(isOperandNext: boolean): Token {
      const gap = readGap(source, at)
      const end = tokenEnd(source, gap.end, isOperandNext)
      const text = source.slice(gap.end, end)
      at = end
      starts.set(end, gap.end)
      const isOperator =
        operatorChars.includes(text.charAt(0)) && !(isOperandNext && text.length > 1 && text.startsWith('/'))
      const kind =
        text === '' ? 'end' : isOperator || (wordOperators.has(text) && !isOperandNext) ? 'operator' : 'operand'
      return { kind, text, position: gap.end, comments: gap.comments, linesBefore: gap.linesBefore }
    },
    /** The text from the last token's end up to a character, read as it stands. */
    until(char: string): string {
      const end = source.indexOf(char, at)
      const text = source.slice(at, end)
      at = end
      return text
    },
  }
}

export type TokenReader = ReturnType<typeof makeTokenReader>

/** White space and comments before a token. */
function readGap(source: string, start: number): { end: number; comments: Comment[]; linesBefore: number } {
  const comments: Comment[] = []
  let end = start
  let linesBefore = start === 0 ? 1 : 0
  for (;;) {
    const blank = match(whiteSpace, source, end)
    linesBefore += blank.split('\n').length - 1
    end += blank.length
    if (!source.startsWith('/*', end)) return { end, comments, linesBefore }
    const close = source.indexOf('*/', end + 2) + 2
    const after = /^[ \t\r\v]*(\n|$)/.test(source.slice(close))
    comments.push({ text: source.slice(end, close), startsLine: linesBefore > 0, endsLine: after })
    end = close
    linesBefore = 0
  }
}

function tokenEnd(source: string, at: number, isOperandNext: boolean): number {
  const char = source.charAt(at)
  if (char === '') return at
  if (char === '/' && isOperandNext) return regexEnd(source, at)
  const long = longOperators.find(operator => source.startsWith(operator, at))
  if (long !== undefined) return at + long.length
  if (operatorChars.includes(char)) return at + 1
  if (char === '"' || char === "'") return quotedEnd(source, at, char)
  const digits = match(number, source, at)
  if (digits !== '') return at + digits.length
  if (char === '`') return source.indexOf('`', at + 1) + 1
  return at + match(name, source, at).length
}

function quotedEnd(source: string, start: number, quote: string): number {
  let at = start + 1
  while (at < source.length && source.charAt(at) !== quote) at += source.charAt(at) === '\\' ? 2 : 1
  return at + 1
}

/** As the parser of the language finds it: at a slash outside of brackets that an even number of backslashes precedes. */
function regexEnd(source: string, start: number): number {
  let depth = 0
  let at = start + 1
  for (; at < source.length; at++) {
    const char = source.charAt(at)
    if (char === '/' && depth === 0 && backslashesBefore(source, at) % 2 === 0) break
    if (source.charAt(at - 1) === '\\') continue
    if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char)) depth--
  }
  at++
  while (source.charAt(at) === 'i' || source.charAt(at) === 'm') at++
  return at
}

function backslashesBefore(source: string, at: number): number {
  let count = 0
  while (source.charAt(at - 1 - count) === '\\') count++
  return count
}

function match(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] ?? ''
}
