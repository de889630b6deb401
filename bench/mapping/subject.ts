/** One thing to measure: an expression, inputs for it, and, for some, the same mapping written by hand. */
export interface Subject {
  readonly name: string
  readonly source: string
  readonly inputs: readonly unknown[]
  readonly variables?: Readonly<Record<string, unknown>>
  readonly byHand?: (input: never) => unknown
  /** It calls functions that the reference does not have: timed alone. */
  readonly isOurs?: boolean
}
