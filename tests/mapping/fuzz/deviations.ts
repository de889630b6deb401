import type { Outcome } from './compare.ts'

/** A kind of difference from the reference that is meant, with its reason in docs/jsonata.md. */
export interface Deviation {
  readonly name: string
  readonly explains: (expression: string, ours: Outcome, theirs: Outcome) => boolean
}

export const deviations: readonly Deviation[] = [
  {
    name: 'the reference fails with an internal error of JavaScript',
    explains: (_expression, _ours, theirs) => theirs.code?.startsWith('crash') === true,
  },
  {
    name: 'of two failures in items side by side, the left one is told',
    explains: (expression, ours, theirs) =>
      ours.code !== undefined && theirs.code !== undefined && /[[{]/.test(expression),
  },
  {
    name: 'the reference puts nothing into an empty list of its input',
    explains: (expression, ours, theirs) =>
      expression.includes('{') && ours.text !== undefined && hollow(ours.text) === hollow(theirs.text),
  },
  {
    name: 'a call of $eval at the end of a function keeps its context',
    explains: expression => /\{\s*\$eval\(/.test(expression),
  },
  {
    name: 'the truth of a list of nothing is false',
    explains: (expression, ours, theirs) =>
      /\$(boolean|not)\(/.test(expression) && /\[\]/.test(expression) && ours.text === 'false' && theirs.text === '',
  },
  {
    name: 'a match shows no function next, and only texts are matched',
    explains: (expression, ours, theirs) =>
      isRegexCalled(expression) &&
      (/M1003|T/.test(theirs.code ?? '') ||
        theirs.text?.includes('next') === true ||
        ours.text === '' ||
        ours.code === 'T0410'),
  },
  {
    name: 'a text is replaced by what a function gives, and not by nothing',
    explains: (expression, ours, theirs) =>
      expression.includes('$replace(') &&
      (theirs.text?.includes('async function') === true ||
        ours.code === 'D3012' ||
        ours.code?.startsWith('T041') === true),
  },
  {
    name: 'a partially applied built-in checks its arguments',
    explains: (expression, ours, theirs) =>
      expression.includes('?') && (ours.code?.startsWith('T041') === true || theirs.code === 'S0208'),
  },
]

/** A regular expression that stands in the place of a function. */
const isRegexCalled = (expression: string): boolean => /\/i?\(|(~> |, |\$map\()\/[[a(\\,]|\.next\(/.test(expression)

/** A list of nothing is written like an empty one. */
const hollow = (text: string | undefined): string | undefined => text?.replaceAll('[null]', '[]')

/** The reference may run for ever on it: its parser copies what stands before `?:` and `??`, and loses regular expressions. */
export const isEndless = (expression: string): boolean => /\?[:?]/.test(expression) && /\/[[a(\\,]/.test(expression)
