import type { Compile } from './compile.ts'
import type { Closure, Frame, Tuple } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { makeScope } from './scope.ts'
import type { Sequence } from '../values/sequence.ts'
import { createSequence } from '../values/sequence.ts'
import type { Node } from '../syntax/tree.ts'

/**
 * An empty tuple. It inherits nothing, since names of variables come from the source; a constructor makes it, since an
 * object that is made with no prototype at all is slow to write to.
 */
const EmptyTuple = function EmptyTuple() {} as unknown as new () => Tuple
EmptyTuple.prototype = Object.create(null)

export function makeTuple(from?: Tuple): Tuple {
  const tuple = new EmptyTuple()
  // It inherits nothing that could be enumerable.
  if (from !== undefined) for (const name in from) tuple[name] = from[name]
  return tuple
}

/** An element of a tuple stream. */
export const tupleOf = (item: unknown): Tuple => item as Tuple

export function createTupleStream(): Sequence {
  const stream = createSequence()
  stream.tupleStream = true
  return stream
}

/** A frame in which the bindings of a tuple are variables. */
export function tupleFrame(up: Frame, tuple: Tuple): Frame {
  return { rt: up.rt, up, slots: [], tuple }
}

/**
 * Compiles an expression for evaluation on the elements of a tuple stream, where it sees their bindings. Most
 * predicates and groupings never meet one, so this is done when the first stream comes along.
 */
export function compileForTuples(node: Node, scope: Scope, compile: Compile): () => Closure {
  let compiled: Closure | undefined
  return () => (compiled ??= compile(node, makeScope(scope.program, scope, true)))
}
