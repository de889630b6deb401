import type { Compile } from './compile.ts'
import { compileGroup } from './group.ts'
import type { Closure } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { isArray, normalize } from '../values/sequence.ts'
import { memberReader } from './steps.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import { compileTuplePath } from './tuple-path.ts'
import type { Step } from './walk.ts'
import { compileSteps, keepSingleton, startItems } from './walk.ts'

/** Compiles `a.b[c].d`: each step is evaluated on every item of the result of the step before. */
export function compilePath(node: Node, scope: Scope, compile: Compile): Closure {
  const steps = part(node.steps)
  if (steps.some(step => step.tuple === true)) return compileTuplePath(node, scope, compile)
  const fast = compileFastPath(node, scope, compile)
  if (fast !== undefined) return fast
  const first = part(steps[0])
  const walk = compileSteps(steps, true, scope, compile)
  const keeps = node.keepSingletonArray === true
  const path: Closure = (input, frame) => {
    const result = walk(startItems(first, input), frame)
    return keeps ? keepSingleton(result) : result
  }
  if (node.group === undefined) return path
  const group = compileGroup(node.group, scope, compile)
  return (input, frame) => group(path(input, frame), frame)
}

const isBare = (step: Node): boolean =>
  step.stages === undefined && step.predicate === undefined && step.group === undefined && step.tuple !== true

/** A path of names only, from the context or a variable, that asks for nothing else. Its result is unwrapped already. */
export function isPlainPath(node: Node): boolean {
  if (node.type !== 'path' || node.group !== undefined || node.keepSingletonArray === true) return false
  const [first, ...rest] = part(node.steps)
  const isStart = first?.type === 'name' || (first?.type === 'variable' && rest.length > 0)
  return first !== undefined && isStart && isBare(first) && rest.every(step => step.type === 'name' && isBare(step))
}

/**
 * A path of plain names over plain objects needs no sequences at all: members are read one after the other, and the
 * general walk takes over from the first array that turns up on the way.
 */
function compileFastPath(node: Node, scope: Scope, compile: Compile): Closure | undefined {
  if (!isPlainPath(node)) return undefined
  const steps = part(node.steps)
  const first = part(steps[0])
  const names = first.type === 'variable' ? steps.slice(1) : steps
  const readers = names.map(step => memberReader(String(step.value)))
  const rests: Step[] = []
  const restFrom = (index: number): Step => (rests[index] ??= compileSteps(names.slice(index), true, scope, compile))
  const start = first.type === 'variable' ? compile(first, scope) : undefined
  const [onlyReader] = readers
  if (start === undefined && readers.length === 1 && onlyReader !== undefined) {
    return (input, frame) => {
      if (input === null || typeof input !== 'object') return undefined
      return isArray(input) ? normalize(restFrom(0)(input, frame)) : onlyReader(input)
    }
  }
  return (input, frame) => {
    let value = start === undefined ? input : start(input, frame)
    for (let index = 0; index < readers.length; index++) {
      if (value === null || typeof value !== 'object') return undefined
      if (isArray(value)) return normalize(restFrom(index)(value, frame))
      value = readers[index]?.(value)
    }
    return value
  }
}
