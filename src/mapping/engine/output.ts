import { MappingFailure } from './failure.ts'
import type { Runtime } from './runtime.ts'
import { tick } from './runtime.ts'
import type { JsonObject, Sequence } from './values/sequence.ts'
import { isArray, setMember } from './values/sequence.ts'

/** Deeper output is a mistake (or a circle, which a transform can make). */
const outputDepthMax = 200

interface Budget {
  bytes: number
  readonly rt: Runtime
}

/**
 * The result of a mapping as plain JSON: sequences become arrays, missing members go, functions and numbers that JSON
 * cannot hold are errors (M1003, D1001), and so is an output over the size or depth limit (M1001, M1004). What needs no
 * change is handed on as it is; the input is never changed.
 */
export function plainOutput(value: unknown, rt: Runtime): unknown {
  return plain(value, '$', 0, { bytes: 0, rt })
}

function spend(budget: Budget, bytes: number): void {
  budget.bytes += bytes
  const { outputBytesMax } = budget.rt.limits
  if (budget.bytes > outputBytesMax) throw new MappingFailure('M1001', { value: outputBytesMax })
}

function plain(value: unknown, path: string, depth: number, budget: Budget): unknown {
  tick(budget.rt)
  switch (typeof value) {
    case 'string':
      spend(budget, textBytes(value, budget))
      return value
    case 'number':
      spend(budget, 8)
      if (!Number.isFinite(value)) throw new MappingFailure('D1001', { value: String(value) })
      return value
    case 'boolean':
      spend(budget, 5)
      return value
    case 'object':
      break
    case 'undefined':
      return undefined
    default:
      throw new MappingFailure('M1003', { value: path })
  }
  spend(budget, 4)
  if (value === null) return null
  if (depth > outputDepthMax) throw new MappingFailure('M1004', { value: outputDepthMax })
  return isArray(value) ? plainArray(value, path, depth, budget) : plainObject(value as JsonObject, path, depth, budget)
}

/** Bytes in UTF-8. Counting them is left out where even the longest encoding fits easily. */
function textBytes(text: string, budget: Budget): number {
  if (text.length < 1024 || text.length > budget.rt.limits.outputBytesMax) return text.length + 2
  return Buffer.byteLength(text) + 2
}

function plainArray(items: Sequence, path: string, depth: number, budget: Budget): unknown {
  if (items.outerWrapper === true) return plain(items[0], path, depth, budget)
  let copy = withoutFlags(items)
  for (let index = 0; index < items.length; index++) {
    const before = items[index]
    const after = before === undefined ? null : plain(before, `${path}[${index}]`, depth + 1, budget)
    if (after !== before) (copy ??= items.slice())[index] = after
  }
  return copy ?? items
}

/**
 * A sequence is this run's own, so it loses its flag where it is; an array with other flags is copied without them.
 * Undefined if the array has none.
 */
function withoutFlags(items: Sequence): unknown[] | undefined {
  if (items.keepSingleton !== undefined || items.cons !== undefined || items.tupleStream !== undefined)
    return items.slice()
  if (items.sequence !== undefined) delete items.sequence
  return undefined
}

function plainObject(object: JsonObject, path: string, depth: number, budget: Budget): unknown {
  let changed: JsonObject | undefined
  for (const key of Object.keys(object)) {
    const before = object[key]
    spend(budget, key.length + 4)
    const after = plain(before, `${path}.${key}`, depth + 1, budget)
    if (after !== before || after === undefined) changed ??= copyOf(object)
    if (changed === undefined) continue
    if (after === undefined) delete changed[key]
    else setMember(changed, key, after)
  }
  return changed ?? object
}

function copyOf(object: JsonObject): JsonObject {
  const copy: JsonObject = {}
  for (const [key, value] of Object.entries(object)) setMember(copy, key, value)
  return copy
}
