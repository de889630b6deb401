import type { Node, Stage } from '../../engine/syntax/tree.ts'
import { part } from '../../engine/syntax/tree.ts'
import {
  canBe,
  decided,
  type Flow,
  flowOf,
  isAnything,
  itemsOf,
  listOf,
  nothing,
  orNothing,
  severalOf,
} from './flow.ts'
import { type Evaluate, innerScope, type Scope } from './scope.ts'

/** A location path: each step is taken on what the step before gave, on each item where that are several. */
export function makePathWalk(evaluate: Evaluate, filtered: (flow: Flow, stage: Stage, scope: Scope) => Flow): Evaluate {
  /** What one step gives on one item, with what it binds on the way. */
  const stepOn = (step: Node, item: Flow, scope: Scope): Flow => {
    if (step.ancestor !== undefined) scope.variables.set(step.ancestor.label, item)
    let flow = evaluate(step, item, scope)
    if (step.index !== undefined) scope.variables.set(step.index, flowOf(['number']))
    for (const stage of step.stages ?? [])
      if (stage.type === 'index') scope.variables.set(String(stage.value), flowOf(['number']))
      else flow = filtered(flow, stage, scope)
    if (step.focus === undefined) return flow
    scope.variables.set(step.focus, itemsOf(flow) ?? nothing)
    // A bound step leaves the context where it was; there are as many of it as there were items.
    return decided(severalOf(item), flow)
  }

  const sorted = (step: Node, current: Flow, scope: Scope): Flow => {
    const item = itemsOf(current)
    if (item !== undefined) for (const term of step.terms ?? []) evaluate(term.expression, item, scope)
    return current
  }

  return (node, context, outer) => {
    const scope = innerScope(outer)
    let current = context
    for (const [index, step] of part(node.steps).entries()) {
      if (step.type === 'sort') {
        current = sorted(step, current, scope)
        continue
      }
      const startsOver = index === 0 && step.type !== 'name' && step.type !== 'wildcard' && step.type !== 'descendant'
      const item = startsOver ? current : itemsOf(current)
      if (item === undefined) return nothing
      const found = stepOn(step, item, scope)
      current = startsOver ? found : overItems(current, found)
    }
    if (node.keepSingletonArray !== true || isAnything(current)) return current
    const kept = itemsOf(current)
    return kept === undefined ? nothing : orNothing(listOf(kept))
  }
}

function overItems(current: Flow, found: Flow): Flow {
  const several = !isAnything(current) && canBe(current, 'list') ? severalOf(found) : found
  return canBe(current, 'nothing') ? orNothing(several) : several
}
