import type { Schemas } from '../../api/client.ts'

export type Primitive = Schemas['JsonPrimitive']

/** A plain value as people write it: a text without quotes, unless it would be read as something else. */
export function writePrimitive(value: Primitive): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return value === '' || isPrimitive(value) ? JSON.stringify(value) : value
}

/** The value of what somebody wrote: numbers, true, false, null and quoted texts as in JSON, all else a text. */
export function readPrimitive(text: string): Primitive {
  return isPrimitive(text) ? (JSON.parse(text) as Primitive) : text
}

function isPrimitive(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return value === null || typeof value !== 'object'
  } catch {
    return false
  }
}
