import { MappingFailure } from './failure.ts'
import type { Runtime } from './runtime.ts'
import { tick } from './runtime.ts'
import type { JsonObject, Sequence } from './values/sequence.ts'
import { isArray, setMember } from './values/sequence.ts'

/** Deeper output is a mistake (or a circle, which a transform can make). */
const outputDepthMax = 200

/**
 * The result of a mapping as plain JSON: sequences become arrays, missing members go, functions and numbers that JSON
 * cannot hold are errors (M1003, D1001), and so is an output over the size or depth limit (M1001, M1004). What needs no
 * change is handed on as it is; the input is never changed.
 */
export function plainOutput(value: unknown, rt: Runtime): unknown {
  return plain(value, '$', 0, rt)
}

/** Counts bytes of the output. */
export function spend(rt: Runtime, bytes: number): void {
  rt.outputBytes += bytes
  const { outputBytesMax } = rt.limits
  if (rt.outputBytes > outputBytesMax) throw new MappingFailure('M1001', { value: outputBytesMax })
}

/** Counts a text of the output and hands it on. */
export function plainText(text: string, rt: Runtime): string {
  spend(rt, textBytes(text, rt))
  return text
}

/** Counts a number of the output and refuses one that JSON cannot hold. */
export function plainNumber(value: number, rt: Runtime): void {
  spend(rt, 8)
  if (!Number.isFinite(value)) throw new MappingFailure('D1001', { value: String(value) })
}

/** Counts a value that is part of the output as it is. False: it is none of these. */
function isCountedScalar(value: unknown, rt: Runtime): boolean {
  if (typeof value === 'string') plainText(value, rt)
  else if (typeof value === 'number') plainNumber(value, rt)
  else if (typeof value === 'boolean' || value === null) spend(rt, 5)
  else return false
  tick(rt)
  return true
}

/** Makes a value fit for the output at `path`: see `plainOutput`. */
export function plain(value: unknown, path: string, depth: number, rt: Runtime): unknown {
  try {
    return plainValue(value, depth, rt)
  } catch (thrown) {
    // Where it stands is looked for now only: most outputs hold no function.
    if (thrown === functionFound) throw new MappingFailure('M1003', { value: path + (pathToFunction(value) ?? '') })
    throw thrown
  }
}

const functionFound = Symbol('a function stands in the output')

function pathToFunction(value: unknown): string | undefined {
  if (typeof value === 'function') return ''
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, member] of Object.entries(value)) {
    const path = pathToFunction(member)
    if (path !== undefined) return (isArray(value) ? `[${key}]` : `.${key}`) + path
  }
  return undefined
}

function plainValue(value: unknown, depth: number, rt: Runtime): unknown {
  if (isCountedScalar(value, rt) || value === undefined) return value
  if (typeof value !== 'object') throw functionFound
  tick(rt)
  spend(rt, 4)
  if (depth > outputDepthMax) throw new MappingFailure('M1004', { value: outputDepthMax })
  return isArray(value) ? plainArray(value, depth, rt) : plainObject(value as JsonObject, depth, rt)
}

/** Bytes in UTF-8. Counting them is left out where even the longest encoding fits easily. */
function textBytes(text: string, rt: Runtime): number {
  if (text.length < 1024 || text.length > rt.limits.outputBytesMax) return text.length + 2
  return Buffer.byteLength(text) + 2
}

function plainArray(items: Sequence, depth: number, rt: Runtime): unknown {
  if (items.outerWrapper === true) return plainValue(items[0], depth, rt)
  let copy = withoutFlags(items)
  for (let index = 0; index < items.length; index++) {
    const before = items[index]
    if (isCountedScalar(before, rt)) continue
    const after = before === undefined ? null : plainValue(before, depth + 1, rt)
    if (after !== before) (copy ??= items.slice())[index] = after
  }
  return copy ?? items
}

/** An array with flags is copied without them: taking them away where they are would make it slow to read. */
function withoutFlags(items: Sequence): unknown[] | undefined {
  const { sequence, keepSingleton, cons, tupleStream } = items
  return (sequence ?? keepSingleton ?? cons ?? tupleStream) === undefined ? undefined : items.slice()
}

function plainObject(object: JsonObject, depth: number, rt: Runtime): unknown {
  let changed: JsonObject | undefined
  for (const key in object) {
    const before = object[key]
    spend(rt, key.length + 4)
    if (changed === undefined && isCountedScalar(before, rt)) continue
    const after = plainValue(before, depth + 1, rt)
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
