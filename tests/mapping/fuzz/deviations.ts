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
    name: 'a partially applied built-in checks its arguments',
    explains: (expression, ours) => expression.includes('(?') && ours.code?.startsWith('T041') === true,
  },
]

/** The reference may run for ever on it: its parser copies what stands before `?:` and `??`, and loses regular expressions. */
export const isEndless = (expression: string): boolean => /\?[:?]/.test(expression) && /\/[[a(\\,]/.test(expression)
