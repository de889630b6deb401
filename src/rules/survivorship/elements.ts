import type { FieldModel } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'

/** Whether a field is decided element by element. */
export function isByElement({ survivorship }: Pick<FieldModel, 'survivorship'>): boolean {
  return survivorship === 'union' || survivorship === 'consent'
}

/**
 * A union or consent field is decided element by element: the elements of a list, or the members of an object.
 * An element is known by its key: the words of a tag without regard to case, the naming members of an object,
 * the name of a member.
 */
export type Elements = Map<string, Json>

const EMPTY: Elements = new Map()

/** The elements of a value; of two with one key the last counts. */
export function elementsOf(field: Pick<FieldModel, 'elementKey'>, value: Json): Elements {
  if (Array.isArray(value)) return new Map(value.map(item => [elementKey(field.elementKey, item), item]))
  if (isJsonObject(value)) return new Map(Object.entries(value))
  return EMPTY
}

/** A value of the field again, in an order that depends on the keys alone. */
export function valueOf(field: Pick<FieldModel, 'kind'>, elements: Elements): Json {
  const sorted = [...elements].sort(([left], [right]) => (left < right ? -1 : 1))
  if (field.kind === 'list') return sorted.map(([, element]) => element)
  // Object.fromEntries defines members, so that a member called __proto__ stays data.
  return Object.fromEntries(sorted) satisfies JsonObject
}

function elementKey(names: readonly string[] | undefined, item: Json): string {
  if (typeof item === 'string') return fold(item)
  if (names === undefined || !isJsonObject(item)) return JSON.stringify(item)
  if (names.length === 1) return part(item, names[0])
  return names.map(name => part(item, name)).join('\u001f')
}

function part(item: JsonObject, name: string | undefined): string {
  const value = name === undefined ? undefined : item[name]
  return typeof value === 'string' ? fold(value) : JSON.stringify(value ?? null)
}

function fold(text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}
