import { fillHoles } from '#model/holes.ts'
import { lineAndColumn } from '../engine/failure.ts'
import { isBracket, type Opened, openingOf, readBrackets } from './brackets.ts'
import { findingTexts } from './flow/finding.ts'

/** A slip that people make who know other languages: what the parser makes of it would not help them. */
export interface Slip {
  readonly reason: keyof typeof findingTexts
  readonly params: Readonly<Record<string, string | number>>
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

/** Of the parser's codes: the source ends where more was expected, or in the midst of a text, name, comment or pattern. */
const endings = new Set(['S0203', 'S0207', 'S0101', 'S0105', 'S0106', 'S0302'])

/** The failure of the parser: the place is the end of the token it could not use, or the end of the source. */
interface SyntaxFailure {
  readonly code: string
  readonly position: number
  readonly params: Readonly<Record<string, string>>
}

/** The well-known slip behind a failure of the parser. */
export function slipAt(source: string, { code, position: place, params }: SyntaxFailure): Slip | undefined {
  const { open, misfit } = readBrackets(endings.has(code) ? source : source.slice(0, place))
  if (endings.has(code)) return misfit === undefined ? neverClosed(source, open.at(-1)) : closedWrongly(source, misfit)
  if (code === 'S0301') return { reason: 'slip_comment', params: {}, position: Math.max(0, place - 1) }
  const before = source.slice(0, place)
  const more = /,(\s*)([}\])])$/.exec(before)
  if (more !== null) return { reason: 'slip_comma_more', params: { token: more[2] ?? '' }, position: more.index }
  if (misfit !== undefined) return closedWrongly(source, misfit)
  for (const [pattern, instead] of operators) {
    const written = pattern.exec(before)
    if (written === null) continue
    // The parser may have stopped in the midst of it.
    const text = written[0] + (/^[|=&]/.exec(source.slice(place))?.[0] ?? '')
    return { reason: 'slip_operator', params: { written: text, instead }, position: written.index }
  }
  const { token = '', value = '' } = params
  if (code === 'S0211' && /^[)\]},;:]$/.test(token))
    return { reason: 'slip_value_missing', params: { token }, position: place - 1 }
  if (code !== 'S0202' || value === ':') return undefined
  return (
    missingComma(before) ??
    stillOpen(source, { found: token, position: place - token.length }, open.findLast(isBracket))
  )
}

function neverClosed(source: string, opened: Opened | undefined): Slip | undefined {
  if (opened === undefined) return undefined
  const { open, close, position } = opened
  return { reason: 'slip_open', params: { open, close, ...lineAndColumn(source, position) }, position }
}

function closedWrongly(source: string, { close, position, inside }: Misfit): Slip {
  return (
    stillOpen(source, { found: close, position }, inside) ?? {
      reason: 'slip_close_more',
      params: { found: close, open: openingOf(close) ?? '' },
      position,
    }
  )
}

type Misfit = NonNullable<ReturnType<typeof readBrackets>['misfit']>

function stillOpen(
  source: string,
  { found, position }: { found: string; position: number },
  inside: Opened | undefined,
): Slip | undefined {
  if (inside === undefined) return undefined
  const { open, close } = inside
  return {
    reason: 'slip_still_open',
    params: { found, open, close, ...lineAndColumn(source, inside.position) },
    position,
  }
}

/** Two values side by side, on one line or on two. */
function missingComma(before: string): Slip | undefined {
  const found = /[\w"'`)\]}]\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[$\w]+)$/.exec(before)
  const [, token] = found ?? []
  return token === undefined
    ? undefined
    : { reason: 'slip_comma_missing', params: { token }, position: before.length - token.length }
}

/** The text of a slip for a person. */
export const slipText = ({ reason, params }: Slip): string =>
  fillHoles(findingTexts[reason].text, name => String(params[name] ?? ''))
