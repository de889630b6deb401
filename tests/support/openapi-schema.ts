import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'

/** Formats that vendors use and that say something about a request; others are not judged. */
const FORMATS = {
  email: (text: string) => z.email().safeParse(text).success,
  uuid: (text: string) => z.guid().safeParse(text).success,
  uri: (text: string) => URL.canParse(text),
  'phone-number': (text: string) => /^\+?[\w: +().-]+$/.test(text),
}

/**
 * A validator of a schema of an OpenAPI document (2.0, 3.0 or 3.1). Schemas of vendors leave objects open; a request must
 * hold what they name and nothing else, so they are closed. `isText`: values are texts of a form or query, and are read as
 * what the schema asks for.
 */
export function schemaValidator(document: JsonObject, schema: JsonObject, isText: boolean): ValidateFunction {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    allErrors: true,
    coerceTypes: isText ? 'array' : false,
    formats: FORMATS,
  })
  return ajv.compile({ ...closed(schema, true), components: { schemas: namedSchemas(document, schema) } })
}

/** The schemas of the document where this one refers to any. */
function namedSchemas(document: JsonObject, schema: JsonObject): JsonObject {
  if (!JSON.stringify(schema).includes('"$ref"')) return {}
  const components = isJsonObject(document['components']) ? document['components'] : {}
  const schemas = isJsonObject(components['schemas']) ? components['schemas'] : {}
  return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, closed(one, false)]))
}

/** Branches of one place, which are closed together and not each for itself. */
const BRANCHES = ['allOf', 'anyOf', 'oneOf']

/** The schema as JSON Schema 2020-12 that allows no members but those it names; `isPlace`: values stand here, it is no branch. */
function closed(schema: Json | undefined, isPlace: boolean): JsonObject {
  if (!isJsonObject(schema)) return {}
  const { nullable, ...given } = schema
  const result: JsonObject = { ...given }
  for (const name of BRANCHES) {
    if (Array.isArray(given[name])) result[name] = given[name].map(branch => closed(branch, false))
  }
  if (isJsonObject(given['properties'])) {
    result['properties'] = Object.fromEntries(
      Object.entries(given['properties']).map(([name, member]) => [name, closed(member, true)]),
    )
  }
  if (isJsonObject(given['items'])) result['items'] = closed(given['items'], true)
  if (isJsonObject(given['additionalProperties'])) {
    result['additionalProperties'] = closed(given['additionalProperties'], true)
  }
  const namesMembers = ['$ref', 'properties', ...BRANCHES].some(name => name in given)
  if (isPlace && namesMembers && !('additionalProperties' in given)) result['unevaluatedProperties'] = false
  return nullable === true ? { anyOf: [{ type: 'null' }, result] } : result
}
