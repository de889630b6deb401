import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { anything, either, type Flow, flowOf, type Kind, type Members, orNothing } from './flow.ts'

/** A JSON Schema (2020-12), of which types, members, items, constants, local references
 * and `allOf` are understood; also a document that holds others, with a `$ref` to the one of them that is meant. */
export type JsonSchema = JsonObject

const kinds: Readonly<Record<string, Kind>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
  object: 'object',
  array: 'list',
}

/**
 * What a schema tells of the input, each part with its path.
 *
 * @param path of the value in the source, `$` for the input itself
 */
export function schemaFlow(schema: Json | undefined, root: Json, path: string): Flow {
  const reads: ReadonlySet<string> = new Set([path])
  if (!isJsonObject(schema)) return anything(reads)
  const one = resolve(schema, root)
  const choices = [one['anyOf'], one['oneOf']].find(Array.isArray)
  if (choices !== undefined) return either(choices.map(choice => schemaFlow(choice, root, path)))
  const types = typesOf(one)
  if (types === undefined) return anything(reads)
  const values = one['const'] !== undefined ? [one['const']] : Array.isArray(one['enum']) ? one['enum'] : undefined
  return flowOf(types, {
    reads,
    ...(values === undefined ? {} : { values }),
    ...(types.includes('object') ? { members: membersOf(one, root, path) } : {}),
    ...(types.includes('list') ? { item: lazily(() => schemaFlow(one['items'], root, path)) } : {}),
  })
}

/** A schema may hold itself: what is behind an item is read when it is asked for. */
function lazily(make: () => Flow): Flow {
  let made: Flow | undefined
  const get = (): Flow => (made ??= make())
  return {
    get kinds() {
      return get().kinds
    },
    get values() {
      return get().values
    },
    get members() {
      return get().members
    },
    get item() {
      return get().item
    },
    get reads() {
      return get().reads
    },
    get decidedBy() {
      return get().decidedBy
    },
  }
}

function membersOf(schema: JsonObject, root: Json, path: string): Members {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const known = new Map<string, Flow>()
  return {
    names: Object.keys(properties),
    isOpen: schema['additionalProperties'] !== false,
    get(name) {
      if (!Object.hasOwn(properties, name)) return undefined
      const found = known.get(name)
      if (found !== undefined) return found
      const flow = schemaFlow(properties[name], root, memberPath(path, name))
      const member = required.includes(name) ? flow : orNothing(flow)
      known.set(name, member)
      return member
    },
  }
}

const plainName = /^[\p{L}_][\p{L}\p{N}_-]*$/u

/** As it is written in the language: names with other characters in backquotes. */
export function memberPath(path: string, name: string): string {
  const written = plainName.test(name) && !name.includes('-') ? name : `\`${name}\``
  return path === '$' ? written : `${path}.${written}`
}

export function typesOf(schema: JsonObject): readonly Kind[] | undefined {
  const { type } = schema
  const named = (Array.isArray(type) ? type : [type]).flatMap(one =>
    typeof one === 'string' ? (kinds[one] ?? []) : [],
  )
  // How OpenAPI 3.0 says it.
  if (named.length > 0 && schema['nullable'] === true) named.push('null')
  if (named.length > 0) return [...new Set(named)]
  if (schema['properties'] !== undefined) return ['object']
  return schema['items'] === undefined ? undefined : ['list']
}

/** So many references in one another are followed: a schema may refer to itself. */
const referencesMax = 50

/** Follows `#/$defs/Name`, and puts the parts of an `allOf` together. */
export function resolve(schema: JsonObject, root: Json, left = referencesMax): JsonObject {
  if (left === 0) return {}
  const { $ref: reference, allOf, ...own } = schema
  if (typeof reference === 'string' && reference.startsWith('#/')) {
    let found: Json | undefined = root
    for (const name of reference.slice(2).split('/')) found = isJsonObject(found) ? found[pointed(name)] : undefined
    return isJsonObject(found) ? resolve(found, root, left - 1) : schema
  }
  if (!Array.isArray(allOf)) return schema
  return [own, ...allOf.filter(isJsonObject).map(one => resolve(one, root, left - 1))].reduce(joined)
}

/** A part of a JSON pointer (RFC 6901). */
const pointed = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~')

/** What fits two schemas of an object; of what else they say, the first wins. */
function joined(one: JsonObject, other: JsonObject): JsonObject {
  const members = (schema: JsonObject): JsonObject => (isJsonObject(schema['properties']) ? schema['properties'] : {})
  const required = (schema: JsonObject): Json[] => (Array.isArray(schema['required']) ? schema['required'] : [])
  const properties = { ...members(other), ...members(one) }
  return {
    ...other,
    ...one,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    required: [...required(one), ...required(other)],
  }
}

/**
 * The schema that samples fit: their members, each of the kinds that it was seen with.
 *
 * @param isWhole there are no other members than these
 */
export function schemaOfSamples(samples: readonly Json[], isWhole: boolean): JsonSchema {
  const types = new Set<string>()
  const items: Json[] = []
  const members = new Map<string, Json[]>()
  for (const sample of samples) {
    if (Array.isArray(sample)) {
      types.add('array')
      items.push(...sample)
    } else if (isJsonObject(sample)) {
      types.add('object')
      for (const [name, value] of Object.entries(sample)) members.set(name, [...(members.get(name) ?? []), value])
    } else types.add(sample === null ? 'null' : typeof sample)
  }
  return {
    type: [...types],
    ...(items.length === 0 ? {} : { items: schemaOfSamples(items, isWhole) }),
    ...(types.has('object')
      ? {
          additionalProperties: !isWhole,
          properties: Object.fromEntries(
            [...members].map(([name, values]) => [name, schemaOfSamples(values, isWhole)]),
          ),
        }
      : {}),
  }
}
