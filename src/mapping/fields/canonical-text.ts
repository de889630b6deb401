import type { Runtime } from '../engine/runtime.ts'
import { charge, tick } from '../engine/runtime.ts'

/** A JSON value as text with sorted members: equal values have equal texts. */
export function canonicalText(value: unknown, rt: Runtime): string {
  tick(rt)
  if (Array.isArray(value))
    return bracketed(
      '[',
      value.map(item => canonicalText(item, rt)),
      ']',
      rt,
    )
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined && typeof member !== 'function')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member, rt)}`)
    return bracketed('{', members, '}', rt)
  }
  const text = JSON.stringify(value) ?? 'null'
  charge(rt, text.length)
  return text
}

function bracketed(open: string, parts: readonly string[], close: string, rt: Runtime): string {
  const text = `${open}${parts.join(',')}${close}`
  charge(rt, text.length)
  return text
}
