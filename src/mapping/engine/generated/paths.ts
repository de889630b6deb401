import { isPlainPath } from '../closures/path.ts'
import { compileSteps } from '../closures/walk.ts'
import type { Closure } from '../runtime.ts'
import type { Sequence } from '../values/sequence.ts'
import { isArray, normalize, sequenceOf } from '../values/sequence.ts'
import type { Node, Stage } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import type { Lines, Value } from './code.ts'
import { quoted, value } from './code.ts'
import { literalKeys } from './constructors.ts'
import { isBooleanNode, isInherited } from './facts.ts'
import type { Mode } from './mode.ts'
import type { Place } from './place.ts'
import { block, byClosure, closureFor, inside, makeContext, objectAt, variable } from './place.ts'

/** A step that only reads a member by name. */
const isName = (step: Node | undefined): boolean =>
  step?.type === 'name' &&
  step.predicate === undefined &&
  step.group === undefined &&
  step.tuple !== true &&
  !isInherited(String(step.value))

/** Steps that may be evaluated on each item by themselves. */
const mapped = new Set(['unary', 'binary', 'function', 'block', 'condition', 'string', 'number', 'value', 'variable'])

const isMapped = (step: Node): boolean =>
  mapped.has(step.type) && step.stages === undefined && step.tuple !== true && step.keepArray !== true

/** Filters whose code is known: a truth value asked of each item, or, behind those, one position counted from the start. */
const isSimpleStage = ({ type, expr }: Stage, isLast: boolean): boolean =>
  type === 'filter' && expr !== undefined && (isBooleanNode(expr) || (isLast && isPosition(expr)))

const isOutputObject = (step: Node): boolean =>
  step.predicate === undefined && step.group === undefined && literalKeys(step) !== undefined

const isPosition = (node: Node): boolean =>
  node.type === 'number' && Number(node.value) >= 0 && node.predicate === undefined

function isSimple(node: Node): boolean {
  if (node.group !== undefined || node.keepSingletonArray === true || node.keepArray === true) return false
  return part(node.steps).every((step, index) => {
    if (isName(step)) return (step.stages ?? []).every((stage, at, all) => isSimpleStage(stage, at === all.length - 1))
    if (!isMapped(step)) return false
    return index > 0 ? step.type !== 'variable' : step.type === 'variable'
  })
}

/** Makes code for a path. */
export function generatePath(node: Node, place: Place): Value {
  if (!isSimple(node)) return byClosure(node, place)
  const steps = part(node.steps)
  if (isPlainPath(node)) return generatePlainPath(node, steps, place)
  if (steps.length === 1 && steps[0]?.stages === undefined) return byClosure(node, place)
  return generateWalk(steps, place)
}

/** The names that a plain path reads one after the other. */
const namesOf = (steps: readonly Node[]): string[] => steps.map(step => String(step.value))

/** `a.b.c`: members of plain objects are read where they are; where an array or something else is met, a closure walks. */
function generatePlainPath(node: Node, steps: readonly Node[], place: Place): Value {
  const names = namesOf(steps)
  if (names.slice(1).some(isInherited)) return byClosure(node, place)
  if (steps[0]?.type === 'variable') {
    const start = place.program.generate(steps[0], place)
    const object = objectAt(inside(place, place.lines, makeContext(start.code, place.lines)), names.slice(1, -1))
    const walkOn = compileSteps(steps.slice(1), true, place.variables.scope, place.program.compile)
    const closure: Closure = (from, frame) =>
      from === null || typeof from !== 'object'
        ? undefined
        : normalize(walkOn(isArray(from) ? from : sequenceOf(from), frame))
    return read(object, names.at(-1) ?? '', `${place.unit.constant(closure)}(${start.code}, frame)`, place)
  }
  const object = objectAt(place, names.slice(0, -1))
  const { closure, frame } = closureFor(node, place, scope => place.program.compile(node, scope))
  return read(object, names.at(-1) ?? '', `${closure}(${place.context.code}, ${frame})`, place)
}

function read(object: string, name: string, otherwise: string, place: Place): Value {
  const code = `${object} !== undefined ? ${object}[${quoted(name)}] : ${otherwise}`
  return value(variable(place, 'v', code), 'any', true)
}

/** A run of names in a path. */
interface Run {
  readonly steps: readonly Node[]
  readonly endsPath: boolean
  /** The context is an item that a step before has found: one value, also where it is an array. */
  readonly isItem: boolean
}

/** A closure that evaluates steps of a path, as the general walk does. */
function stepsClosure({ steps, endsPath, isItem }: Run, place: Place): { closure: string; frame: string } {
  return closureFor(steps, place, scope => {
    const compiled = compileSteps(steps, endsPath, scope, place.program.compile)
    return (input, frame) => {
      const found: Sequence | undefined = compiled(isArray(input) && !isItem ? input : sequenceOf(input), frame)
      return endsPath && found?.sequence === true && found.length === 0 ? undefined : found
    }
  })
}

/** The same for a run that ends a path with a filter: where that leaves nothing, an empty sequence counts as a result. */
function filteredClosure({ steps, isItem }: Run, place: Place): { closure: string; frame: string } {
  return closureFor(steps, place, scope => {
    const { compile } = place.program
    const before = compileSteps(steps.slice(0, -1), false, scope, compile)
    const last = compileSteps(steps.slice(-1), true, scope, compile)
    return (input, frame) => {
      const items = before(isArray(input) && !isItem ? input : sequenceOf(input), frame)
      return items.length === 0 ? undefined : last(items, frame)
    }
  })
}

/** Where the results of the last step go. */
interface Sink {
  /** How what the last step makes is made. */
  readonly generate: Mode['generate']
  readonly flat: string
  readonly first: string
  readonly count: string
}

/** A path with filters, or with steps that make something of each item: one loop inside the other, nothing in between. */
function generateWalk(steps: readonly Node[], place: Place): Value {
  const { flat, first, count } = walkAll(steps, place, place.program.generate)
  return value(variable(place, 'v', `finished(${flat}, ${first}, ${count}, rt)`), 'any', true)
}

/** Makes code for a path that ends in objects which go into the output as they are. Undefined if it is no such path. */
export function generateObjects(node: Node, place: Place, mode: Mode): Value | undefined {
  if (node.type !== 'path' || !isSimple(node)) return undefined
  const steps = part(node.steps)
  const last = steps.at(-1)
  if (steps.length < 2 || last?.type !== 'unary' || last.value !== '{' || !isOutputObject(last)) return undefined
  const { flat } = walkAll(steps, place, mode.member('[]').generate)
  return value(variable(place, 'v', `finishedOutput(${flat}, rt)`), 'any', true)
}

function walkAll(steps: readonly Node[], place: Place, generate: Mode['generate']): Sink {
  const sink: Sink = {
    generate,
    flat: variable(place, 'f', '[]'),
    first: variable(place, 'f', 'undefined'),
    count: variable(place, 'f', '0'),
  }
  const from = steps[0]?.type === 'variable' ? 1 : 0
  if (from === 1 && steps[0] !== undefined) {
    const start = place.program.generate(steps[0], place)
    forEach(place, `itemsOf(${start.code})`, inner => walk(steps, 1, inner, sink))
  } else walk(steps, 0, place, sink)
  return sink
}

/** Evaluates the steps from `index` on, on the context of the place. */
function walk(steps: readonly Node[], index: number, place: Place, sink: Sink): void {
  const step = steps[index]
  if (step === undefined) return
  if (!isName(step)) {
    const isLast = index === steps.length - 1
    const made = isLast ? sink.generate(step, place) : place.program.generate(step, place)
    const isWhole = step.type === 'unary' && step.value === '[' && step.consarray === true
    if (isLast) collect(made, isWhole, place, sink)
    else
      block(place, `if (${made.code} !== undefined)`, inner =>
        forEach(inner, `itemsOf(${made.code})`, deeper => walk(steps, index + 1, deeper, sink)),
      )
    return
  }
  // Names up to the next filter, or up to a step of another kind, are read in one go.
  let end = index
  while (steps[end]?.stages === undefined && isName(steps[end + 1])) end++
  const isLast = end === steps.length - 1
  const run: Run = { steps: steps.slice(index, end + 1), endsPath: isLast, isItem: index > 0 }
  const filters = steps[end]?.stages ?? []
  if (isLast && filters.length === 0) {
    const names = namesOf(run.steps)
    const { closure, frame } = stepsClosure(run, place)
    const made = read(
      objectAt(place, names.slice(0, -1)),
      names.at(-1) ?? '',
      `${closure}(${place.context.code}, ${frame})`,
      place,
    )
    collect(made, false, place, sink)
    return
  }
  if (isLast) {
    walkLast(
      run,
      filters.map(stage => part(stage.expr)),
      place,
      sink,
    )
    return
  }
  walkItems(
    run,
    filters.map(stage => part(stage.expr)),
    place,
    inner => walk(steps, end + 1, inner, sink),
  )
}

/** Goes over the items that a run of names leads to, as far as the filters let them through. */
function walkItems(run: Run, filters: readonly Node[], place: Place, next: (inner: Place) => void): void {
  const names = namesOf(run.steps)
  const { unit } = place
  const object = objectAt(place, names.slice(0, -1))
  const { closure, frame } = stepsClosure(run, place)
  // Of what the closure gives, nothing is left to filter.
  const isFiltered = unit.fresh('w')
  const member = `${object}[${quoted(names.at(-1) ?? '')}]`
  const list = `${filters.length === 0 ? 'itemsOf' : 'listOf'}(${member})`
  place.lines.push(`const ${isFiltered} = ${object} === undefined;`)
  const { item, each } = loop(
    place,
    `${isFiltered} ? ${closure}(${place.context.code}, ${frame}) : ${list}`,
    filters,
    isFiltered,
  )
  // An array that a position picked is a list of items again.
  if (filters.some(isPosition)) forEach(each, `itemsOf(${item})`, next)
  else next(each)
}

/** A run of names that ends a path with a filter. */
function walkLast(run: Run, filters: readonly Node[], place: Place, sink: Sink): void {
  const names = namesOf(run.steps)
  const object = objectAt(place, names.slice(0, -1))
  const { closure, frame } = filteredClosure(run, place)
  block(place, `if (${object} === undefined)`, inner => {
    const made = variable(inner, 'v', `${closure}(${place.context.code}, ${frame})`)
    collect(value(made, 'any', true), false, inner, sink)
  })
  block(place, 'else', inner => {
    const isFound = variable(inner, 'w', 'false')
    const { item, each } = loop(inner, `listOf(${object}[${quoted(names.at(-1) ?? '')}])`, filters, undefined)
    const { flat, first, count } = sink
    const last = filters.at(-1)
    if (last !== undefined && isPosition(last)) {
      // A single array of the data is the result as it is only if nothing else was looked at, found or not.
      each.lines.push(`${isFound} = ${item} !== undefined;`)
      collect(value(item, 'any', true), false, each, sink)
      const missed = `if (++${count} === 1) ${first} = emptySequence; else if (${count} === 2) flattenInto(${flat}, ${first});`
      inner.lines.push(`if (!${isFound}) { ${missed} }`)
    } else {
      each.lines.push(`if (${count} === 1) flattenInto(${flat}, ${first});`, `${count} = 2;`, `${flat}.push(${item});`)
    }
  })
}

/** Opens a loop over a list and puts its filters first. `isFiltered` names a variable: true if there is nothing to filter. */
function loop(place: Place, list: string, filters: readonly Node[], isFiltered: string | undefined) {
  const counters = filters.map(filter => (isPosition(filter) ? variable(place, 'n', '0') : ''))
  const { lines, item } = openLoop(place, list)
  const each = inside(place, lines, makeContext(item, lines))
  const test = (inner: Place): void =>
    filters.forEach((filter, at) => generateFilter(filter, counters[at] ?? '', inner))
  if (isFiltered === undefined) test(each)
  else if (filters.length > 0) block(each, `if (!${isFiltered})`, test)
  return { item, each }
}

/** The head of a loop over a list; what goes into `lines` is its body. */
function openLoop(place: Place, list: string): { readonly lines: Lines; readonly item: string } {
  const { unit } = place
  const items = unit.fresh('l')
  const index = unit.fresh('i')
  const item = unit.fresh('e')
  const lines: Lines = ['if (--rt.stepsToCheck < 0) checkBudget(rt);', `const ${item} = ${items}[${index}];`]
  place.lines.push(
    `const ${items} = ${list};`,
    `for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {`,
    lines,
    '}',
  )
  return { lines, item }
}

function forEach(place: Place, list: string, fill: (inner: Place) => void): void {
  const { lines, item } = openLoop(place, list)
  fill(inside(place, lines, makeContext(item, lines)))
}

function generateFilter(filter: Node, counter: string, place: Place): void {
  if (isPosition(filter)) {
    place.lines.push(`if (${counter}++ !== ${Math.floor(Number(filter.value))}) continue;`)
    return
  }
  const answer = place.program.generate(filter, place)
  place.lines.push(`if (${answer.code} !== true) continue;`)
}

/** Adds what the last step gave for one item: see `stepOver` in walk.ts, which does the same. */
function collect(made: Value, isWhole: boolean, place: Place, { flat, first, count }: Sink): void {
  const isNeverArray = made.kind !== 'any'
  const add = isNeverArray
    ? [`${flat}.push(${made.code});`, `${count} = 2;`]
    : isWhole
      ? [
          `if (++${count} === 1) ${first} = ${made.code}; else { if (${count} === 2) ${flat}.push(${first}); ${flat}.push(${made.code}); }`,
        ]
      : [
          `if (!isArray(${made.code}) && ${count} !== 1) { ${flat}.push(${made.code}); ${count} = 2; }`,
          `else if (++${count} === 1) ${first} = ${made.code};`,
          `else { if (${count} === 2) flattenInto(${flat}, ${first}); flattenInto(${flat}, ${made.code}); }`,
        ]
  if (made.isOptional) block(place, `if (${made.code} !== undefined)`, inner => inner.lines.push(...add))
  else place.lines.push(...add)
}
