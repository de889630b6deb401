import type { Node } from '../syntax/tree.ts'
import type { Value } from './code.ts'
import type { Place } from './place.ts'

/** What a value is made for: to be worked with further, or to be part of the output as it is. */
export interface Mode {
  generate(node: Node, place: Place): Value
  /** Makes a value that is there already fit for this use. */
  ready(given: Value, place: Place): Value
  /** The mode of a member of what is made. */
  member(key: string): Mode
}

/** Values that the expression goes on with. */
export function workingMode(generate: Mode['generate']): Mode {
  const mode: Mode = { generate, ready: given => given, member: () => mode }
  return mode
}
