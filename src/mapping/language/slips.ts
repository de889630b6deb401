import { fillHoles } from '#model/holes.ts'
import { findingTexts } from './flow/finding.ts'

/** A slip that people make who know other languages: what the parser makes of it would not help them. */
export interface Slip {
  readonly reason: keyof typeof findingTexts
  readonly params: Readonly<Record<string, string>>
  /** Where it begins, in characters from the start of the source. */
  readonly position: number
}

/** What other languages write, as it ends where the parser gave up, and what is written here. */
const operators: readonly (readonly [written: RegExp, instead: string])[] = [
  [/&&$/, 'and'],
  [/\|\|?$/, 'or'],
  [/!==$/, '!='],
  [/={2,3}$/, '='],
  [/=>$/, 'function($x){ … }'],
  [/<>$/, '!='],
  [/!$/, '$not( … )'],
  [/;$/, ','],
  [/\bif\s*\([^)]*\)\s*\w+$/, 'condition ? one : other'],
]

/** The well-known slip behind a failure of the parser, which tells the end of the token it could not use. */
export function slipAt(source: string, code: string, place: number): Slip | undefined {
  if (code === 'S0101') return openText(source)
  if (code === 'S0301') return { reason: 'slip_comment', params: {}, position: Math.max(0, place - 1) }
  const before = source.slice(0, place)
  const more = /,(\s*)([}\])])$/.exec(before)
  if (more !== null) return { reason: 'slip_comma_more', params: { token: more[2] ?? '' }, position: more.index }
  for (const [pattern, instead] of operators) {
    const written = pattern.exec(before)
    if (written === null) continue
    // The parser may have stopped in the midst of it.
    const text = written[0] + (/^[|=&]/.exec(source.slice(place))?.[0] ?? '')
    return { reason: 'slip_operator', params: { written: text, instead }, position: written.index }
  }
  return code === 'S0202' ? missingComma(before) : undefined
}

/** Two values side by side, on one line or on two. */
function missingComma(before: string): Slip | undefined {
  const found = /[\w"'`)\]}]\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[$\w]+)$/.exec(before)
  const [, token] = found ?? []
  return token === undefined
    ? undefined
    : { reason: 'slip_comma_missing', params: { token }, position: before.length - token.length }
}

function openText(source: string): Slip | undefined {
  for (const { 0: text, index } of source.matchAll(/\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/g)) {
    const quote = text.charAt(0)
    const isClosed = quote === '/' || (text.length > 1 && text.endsWith(quote))
    if (!isClosed) return { reason: 'slip_text_open', params: { quote }, position: index }
  }
  return undefined
}

/** The text of a slip for a person. */
export const slipText = ({ reason, params }: Slip): string =>
  fillHoles(findingTexts[reason].text, name => params[name] ?? '')
