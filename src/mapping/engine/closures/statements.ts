import type { Compile } from './compile.ts'
import type { Closure } from '../runtime.ts'
import { nothing } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { declare, makeFrame, makeScope } from './scope.ts'
import type { Node } from '../syntax/tree.ts'
import { left, part } from '../syntax/tree.ts'
import { truthy } from '../values/values.ts'

/** Compiles `(a; b; c)`: the value is that of the last expression. A block that binds nothing gets no frame. */
export function compileBlock(node: Node, scope: Scope, compile: Compile): Closure {
  const inner = makeScope(scope.program, scope, false)
  const expressions = part(node.expressions).map(expression => compile(expression, inner))
  const [only] = expressions
  inner.elided = inner.names.size === 0 && !scope.program.dynamic
  if (inner.elided && expressions.length === 1 && only !== undefined) return only
  const { elided } = inner
  return (input, frame) => {
    const blockFrame = elided ? frame : makeFrame(frame)
    let result: unknown
    for (const expression of expressions) result = expression(input, blockFrame)
    return result
  }
}

/** Compiles `$name := value` in the innermost block. */
export function compileBind(node: Node, scope: Scope, compile: Compile): Closure {
  const value = compile(part(node.rhs), scope)
  const slot = declare(scope, String(left(node).value))
  return (input, frame) => {
    const bound = value(input, frame)
    frame.slots[slot] = bound === undefined ? nothing : bound
    return bound
  }
}

/** Compiles `condition ? then : else`; `a ?: b` and `a ?? b` arrive in this form, too. */
export function compileCondition(node: Node, scope: Scope, compile: Compile): Closure {
  const condition = compile(part(node.condition), scope)
  const then = compile(part(node.then), scope)
  const otherwise = node.else === undefined ? undefined : compile(node.else, scope)
  return (input, frame) => {
    if (truthy(condition(input, frame), frame.rt)) return then(input, frame)
    return otherwise?.(input, frame)
  }
}
