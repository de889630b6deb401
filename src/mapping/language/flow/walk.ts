import type { Group, Node, Stage } from '../../engine/syntax/tree.ts'
import { left, pairs, part } from '../../engine/syntax/tree.ts'
import type { Findings } from './finding.ts'
import {
  anything,
  canBe,
  constant,
  decided,
  either,
  type Flow,
  flowOf,
  isAnything,
  isOnly,
  itemsOf,
  listOf,
  madeOf,
  type Members,
  nothing,
  orNothing,
  severalOf,
} from './flow.ts'
import { closest, memberFlow } from './member.ts'
import { makePathWalk } from './path.ts'
import { type Evaluate, find, innerScope, namesIn, type Scope } from './scope.ts'

/** A walk costs no more than this many nodes; what is left then can be anything. */
const nodesMax = 200_000
const callDepthMax = 10

/** Walks an expression without running it: each construct says what it can give. */
export function makeWalk(findings: Findings, onName?: (name: string, context: Flow) => void): Evaluate {
  let nodes = 0
  let callDepth = 0

  const evaluate: Evaluate = (node, context, scope) => {
    if (++nodes > nodesMax) return anything()
    let flow = construct(node, context, scope)
    for (const stage of node.predicate ?? []) flow = filtered(flow, stage, scope)
    if (node.group !== undefined) flow = grouped(flow, node.group, scope)
    return node.keepArray === true && !isAnything(flow) ? orNothing(listOf(itemsOf(flow) ?? nothing)) : flow
  }

  const path = makePathWalk(evaluate, (flow, stage, scope) => filtered(flow, stage, scope))

  const construct: Evaluate = (node, context, scope) => {
    switch (node.type) {
      case 'string':
      case 'number':
      case 'value':
        return constant(node.value as string | number | boolean | null)
      case 'regex':
        return flowOf(['function'])
      case 'name':
        onName?.(String(node.value), context)
        if (/[“”‘’]/.test(String(node.value)))
          findings.add('quotes_curly', { name: String(node.value) }, { level: 'error', position: node.position })
        return memberFlow(context, String(node.value), findings, node.position)
      case 'path':
        return path(node, context, scope)
      case 'variable':
        return variable(node, context, scope)
      case 'parent':
        return find(part(node.slot).label, scope) ?? anything()
      case 'wildcard':
      case 'descendant':
        return anything(context.reads, context.decidedBy)
      case 'block': {
        const inner = innerScope(scope)
        const expressions = part(node.expressions)
        for (const one of expressions.slice(0, -1)) lookForBinding(one, inner)
        return expressions.reduce((_, one) => evaluate(one, context, inner), nothing)
      }
      case 'bind': {
        const flow = evaluate(part(node.rhs), context, scope)
        scope.variables.set(String(left(node).value), flow)
        return flow
      }
      case 'condition':
        return condition(node, context, scope)
      case 'binary':
        return binary(node, context, scope)
      case 'unary':
        return unary(node, context, scope)
      case 'function':
        return called(node, [], context, scope)
      case 'apply':
        return applied(node, context, scope)
      case 'lambda':
        return node.thunk === true ? evaluate(part(node.body), context, scope) : lambda(node, context, scope)
      default:
        return anything()
    }
  }

  /** `$x = 1;` compares, and nothing comes of it: a value was to be given. */
  const lookForBinding = (node: Node, scope: Scope): void => {
    if (node.type !== 'binary' || node.value !== '=' || left(node).type !== 'variable') return
    const name = String(left(node).value)
    findings.add('binding_by_equals', { name }, { level: 'error', position: node.position })
    scope.variables.set(name, anything())
  }

  const variable: Evaluate = ({ value, position }, context, scope) => {
    const name = String(value)
    if (name === '') return context
    const found = find(name, scope)
    if (found !== undefined) return found
    const near = name.length > 4 ? closest(name, namesIn(scope)) : undefined
    const about = { level: 'error', position } as const
    if (near === undefined) findings.add('variable_undefined', { name }, about)
    else findings.add('variable_misspelt', { name, near }, about)
    return nothing
  }

  const condition: Evaluate = (node, context, scope) => {
    const test = evaluate(part(node.condition), context, scope)
    const yes = evaluate(part(node.then), context, scope)
    const no = node.else === undefined ? nothing : evaluate(node.else, context, scope)
    return decided(either([yes, no]), test)
  }

  const filtered = (flow: Flow, { expr }: Stage, scope: Scope): Flow => {
    const item = itemsOf(flow)
    if (expr === undefined || item === undefined) return flow
    const by = evaluate(expr, item, scope)
    if (isAnything(flow)) return decided(flow, by)
    return decided(isOnly(by, 'number') || !canBe(flow, 'list') ? orNothing(item) : severalOf(item), by)
  }

  const grouped = (flow: Flow, group: Group, scope: Scope): Flow => {
    const item = itemsOf(flow) ?? nothing
    const parts = group.lhs.flatMap(([key, value]) => [evaluate(key, item, scope), evaluate(value, flow, scope)])
    return madeOf(flowOf(['object'], { members: { names: [], isOpen: true, get: () => undefined } }), parts)
  }

  const binary: Evaluate = (node, context, scope) => {
    const operator = String(node.value)
    const sides = [evaluate(left(node), context, scope), evaluate(part(node.rhs), context, scope)]
    if (operator === '&') return madeOf(flowOf(['string']), sides)
    if (operator === '..') return madeOf(listOf(flowOf(['number'])), sides)
    if (!'+-*/%'.includes(operator)) return madeOf(flowOf(['boolean']), sides)
    for (const side of sides) mustBeNumber(side, operator, node.position)
    return madeOf(flowOf(sides.some(side => side.kinds.has('nothing')) ? ['number', 'nothing'] : ['number']), sides)
  }

  const mustBeNumber = (side: Flow, operator: string, position: number | undefined): void => {
    if (side.kinds.has('number') || side.kinds.has('nothing')) return
    const level = side.reads.size > 0 ? findings.sourceLevel : 'error'
    const isText = operator === '+' && isOnly(side, 'string')
    if (isText) findings.add('texts_added', { given: side.kinds }, { level, position })
    else findings.add('operand_kind', { operator, given: side.kinds }, { level, position })
  }

  const unary: Evaluate = (node, context, scope) => {
    if (node.value === '{') return object(node, context, scope)
    if (node.value !== '[') return madeOf(flowOf(['number']), [evaluate(part(node.expression), context, scope)])
    const items = (node.expressions ?? []).map(one => evaluate(one, context, scope))
    // A list in a list stays one only where it is written so.
    const flat = items.flatMap((flow, index) =>
      node.expressions?.[index]?.value === '[' ? [flow] : (itemsOf(flow) ?? []),
    )
    return flat.length === 0 ? flowOf(['list'], { item: nothing }) : listOf(either(flat))
  }

  const object: Evaluate = (node, context, scope) => {
    const members = new Map<string, Flow>()
    const places = new Map<string, number>()
    let isOpen = false
    for (const [key, value] of pairs(node)) {
      const name = evaluate(key, context, scope).values?.[0]
      const flow = evaluate(value, context, scope)
      if (typeof name !== 'string') isOpen = true
      else if (members.has(name) && !members.get(name)?.kinds.has('nothing')) duplicate(name, key.position)
      if (typeof name !== 'string') continue
      members.set(name, flow)
      if (key.position !== undefined) places.set(name, key.position)
    }
    const all: Members = { names: [...members.keys()], isOpen, get: name => members.get(name), places }
    return flowOf(['object'], { members: all })
  }

  const duplicate = (name: string, position: number | undefined): void => {
    findings.add('key_twice', { name }, { level: 'error', position })
  }

  const called = (node: Node, first: readonly Flow[], context: Flow, scope: Scope): Flow => {
    const procedure = part(node.procedure)
    const [step, ...more] = procedure.type === 'path' ? part(procedure.steps) : []
    const name = String(step?.value)
    if (step?.type === 'name' && more.length === 0 && find(name, scope)?.call !== undefined)
      findings.add('function_without_sign', { name }, { level: 'error', position: step.position })
    const callee = evaluate(procedure, context, scope)
    const args = [...first, ...(node.arguments ?? []).map(one => evaluate(one, context, scope))]
    return callee.call?.(args, context, node.position) ?? madeOf(anything(), [callee, ...args])
  }

  const applied: Evaluate = (node, context, scope) => {
    const value = evaluate(left(node), context, scope)
    const target = part(node.rhs)
    if (target.type === 'function') return called(target, [value], context, scope)
    const callee = evaluate(target, context, scope)
    if (value.call !== undefined && callee.call !== undefined) return anything()
    return callee.call?.([value], context, node.position) ?? madeOf(anything(), [value, callee])
  }

  const lambda: Evaluate = (node, context, scope) =>
    flowOf(['function'], {
      call(args) {
        if (callDepth >= callDepthMax) return madeOf(anything(), args)
        const inner = innerScope(scope)
        for (const [index, parameter] of (node.arguments ?? []).entries())
          inner.variables.set(String(parameter.value), args[index] ?? nothing)
        callDepth++
        const result = evaluate(part(node.body), context, inner)
        callDepth--
        return result
      },
    })

  return evaluate
}
