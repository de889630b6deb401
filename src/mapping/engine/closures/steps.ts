import type { Closure, Runtime } from '../runtime.ts'
import { charge, chargeItems, checkBudget, tick } from '../runtime.ts'
import type { JsonObject, Sequence } from '../values/sequence.ts'
import { createSequence, isArray } from '../values/sequence.ts'

/** Names every JavaScript object inherits; only these need a check that the member is the object's own. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

/** The member of a JSON object, or undefined; never something inherited. */
export function member(object: object, name: string): unknown {
  if (inherited.has(name) && !Object.hasOwn(object, name)) return undefined
  return (object as JsonObject)[name]
}

/** A reader of one fixed member, with the check for inherited names settled beforehand. */
export function memberReader(name: string): (object: object) => unknown {
  if (inherited.has(name)) return object => (Object.hasOwn(object, name) ? (object as JsonObject)[name] : undefined)
  return object => (object as JsonObject)[name]
}

/** The member of an object, or those of all objects in an array, flattened into a sequence. */
export function lookup(input: unknown, name: string, rt: Runtime): unknown {
  if (input === null || typeof input !== 'object') return undefined
  if (!isArray(input)) return member(input, name)
  const result = createSequence()
  lookupInto(result, input, memberReader(name), rt)
  return result
}

function lookupInto(result: Sequence, items: readonly unknown[], read: (object: object) => unknown, rt: Runtime): void {
  for (let index = 0; index < items.length; index++) {
    tick(rt)
    const item = items[index]
    if (item === null || typeof item !== 'object') continue
    if (isArray(item)) {
      lookupInto(result, item, read, rt)
      continue
    }
    const found = read(item)
    if (isArray(found)) for (let at = 0; at < found.length; at++) result.push(found[at])
    else if (found !== undefined) result.push(found)
  }
}

export function compileName(name: string): Closure {
  const read = memberReader(name)
  return (input, frame) => {
    if (input === null || typeof input !== 'object') return undefined
    return isArray(input) ? lookup(input, name, frame.rt) : read(input)
  }
}

function flattenInto(value: unknown, flat: unknown[], rt: Runtime): void {
  tick(rt)
  if (!isArray(value)) {
    charge(rt, 8)
    flat.push(value)
  } else for (const item of value) flattenInto(item, flat, rt)
}

/** `*`: the values of all members. As in the reference, one array among them makes the result an array, not a sequence. */
export function compileWildcard(): Closure {
  return (input, { rt }) => {
    const from: unknown = isArray(input) && input.outerWrapper === true && input.length > 0 ? input[0] : input
    if (from === null || typeof from !== 'object') return createSequence()
    const values: readonly unknown[] = isArray(from) ? from : Object.values(from)
    const results: Sequence = values.some(isArray) ? [] : createSequence()
    for (const value of values) flattenInto(value, results, rt)
    chargeItems(rt, results.length)
    return results
  }
}

function descend(input: unknown, results: unknown[], rt: Runtime): void {
  if (--rt.stepsToCheck < 0) checkBudget(rt)
  if (typeof input !== 'object' || input === null) results.push(input)
  else if (isArray(input)) for (let index = 0; index < input.length; index++) descend(input[index], results, rt)
  else {
    results.push(input)
    for (const key in input) descend((input as JsonObject)[key], results, rt)
  }
}

/** `**`: the value itself and everything below it. */
export function compileDescendants(): Closure {
  return (input, { rt }) => {
    if (input === undefined) return undefined
    const results = createSequence()
    descend(input, results, rt)
    chargeItems(rt, results.length)
    return results.length === 1 ? results[0] : results
  }
}
