import type { Node } from '../../engine/syntax/tree.ts'
import type { Flow } from './flow.ts'

/** Variables, from the inside out. */
export interface Scope {
  readonly variables: Map<string, Flow>
  readonly outer: Scope | undefined
}

export const innerScope = (outer: Scope | undefined): Scope => ({ variables: new Map(), outer })

/** What an expression gives, walked with what is known of its context. */
export type Evaluate = (node: Node, context: Flow, scope: Scope) => Flow

/** The variable that a name stands for. */
export function find(name: string, scope: Scope | undefined): Flow | undefined {
  for (let one = scope; one !== undefined; one = one.outer) {
    const flow = one.variables.get(name)
    if (flow !== undefined) return flow
  }
  return undefined
}

/** The names of all variables and functions that can be used here. */
export const namesIn = (scope: Scope | undefined): readonly string[] =>
  scope === undefined ? [] : [...scope.variables.keys(), ...namesIn(scope.outer)]
