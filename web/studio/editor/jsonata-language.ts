import {
  HighlightStyle,
  LanguageSupport,
  StreamLanguage,
  type StreamParser,
  syntaxHighlighting,
} from '@codemirror/language'
import { tags } from '@lezer/highlight'

interface State {
  /** What ends the text or comment that goes on over lines. */
  until: '"' | "'" | '*/' | '`' | undefined
  /** Whether a `/` here begins a regular expression: where a value may begin. */
  wantsValue: boolean
}

const KEYWORDS = /^(and|or|in)\b/
const ATOMS = /^(true|false|null)\b/

/** The tokens of JSONata, for colours and brackets; what they mean is told by the hub. */
const parser: StreamParser<State> = {
  name: 'jsonata',
  startState: () => ({ until: undefined, wantsValue: true }),
  token(stream, state) {
    if (state.until !== undefined) return skipUntil(stream, state)
    if (stream.eatSpace()) return null
    if (stream.match('/*')) {
      state.until = '*/'
      return skipUntil(stream, state)
    }
    const wantedValue = state.wantsValue
    state.wantsValue = false
    const quote = stream.peek()
    if (quote === '"' || quote === "'" || quote === '`') {
      stream.next()
      state.until = quote
      return skipUntil(stream, state)
    }
    if (wantedValue && stream.match(/^\/(?:[^/\\\n]|\\.)+\/[im]*/)) return 'regexp'
    if (stream.match(/^\$\$?(?=[^\w]|$)/) || stream.match(/^%/)) return 'self'
    if (stream.match(/^\$[\p{L}\p{N}_]+/u)) return stream.match(/^\s*\(/, false) ? 'function' : 'variable'
    if (stream.match(/^λ|^function\b/)) return 'keyword'
    if (stream.match(KEYWORDS)) {
      state.wantsValue = true
      return 'keyword'
    }
    if (stream.match(ATOMS)) return 'atom'
    if (stream.match(/^\d+(?:\.\d+)?(?:e[+-]?\d+)?/i)) return 'number'
    if (stream.match(/^[\p{L}_@][\p{L}\p{N}_]*/u)) return 'property'
    if (stream.match(/^[)\]}]/)) return 'bracket'
    state.wantsValue = true
    if (stream.match(/^[([{]/)) return 'bracket'
    if (stream.match(/^(?::=|~>|\?\?|\?:|\*\*|!=|<=|>=|\.\.|[-+*/=<>&|^#?:.])/)) return 'operator'
    stream.next()
    return null
  },
  tokenTable: {
    self: tags.self,
    function: tags.function(tags.variableName),
    variable: tags.variableName,
    property: tags.propertyName,
    key: tags.definition(tags.propertyName),
    operator: tags.operator,
    bracket: tags.bracket,
  },
  languageData: {
    commentTokens: { block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', "'"] },
  },
}

type Stream = Parameters<StreamParser<State>['token']>[0]

/** The rest of a text or comment on this line. A text that a colon follows is a key of the target. */
function skipUntil(stream: Stream, state: State): string {
  const { until } = state
  const isComment = until === '*/'
  while (!stream.eol()) {
    if (isComment ? stream.match('*/') : stream.eat(until ?? '')) {
      state.until = undefined
      if (isComment) return 'comment'
      return stream.match(/^\s*:(?!=)/, false) ? 'key' : until === '`' ? 'property' : 'string'
    }
    if (stream.next() === '\\' && !isComment) stream.next()
  }
  // Texts may go on over lines; a quote that nobody closes must not colour the rest of the file.
  if (!isComment && until === '`') state.until = undefined
  return isComment ? 'comment' : 'string'
}

/** Colours by name of editor.css, which has them for light and dark. */
const colours = HighlightStyle.define([
  { tag: tags.comment, class: 'tok-comment' },
  { tag: tags.string, class: 'tok-string' },
  { tag: tags.regexp, class: 'tok-regexp' },
  { tag: tags.number, class: 'tok-number' },
  { tag: tags.atom, class: 'tok-number' },
  { tag: tags.keyword, class: 'tok-keyword' },
  { tag: tags.self, class: 'tok-keyword' },
  { tag: tags.operator, class: 'tok-operator' },
  { tag: tags.function(tags.variableName), class: 'tok-function' },
  { tag: tags.variableName, class: 'tok-variable' },
  { tag: tags.propertyName, class: 'tok-property' },
  { tag: tags.definition(tags.propertyName), class: 'tok-key' },
])

export const jsonata = new LanguageSupport(StreamLanguage.define(parser), [syntaxHighlighting(colours)])
