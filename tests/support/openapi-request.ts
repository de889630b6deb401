import { readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { nestNames } from '#connector/inbound/events/nested-names.ts'
import { asText } from '#connector/value-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { schemaValidator } from './openapi-schema.ts'

/** A request as it came in at a server. */
export interface SeenRequest {
  method: string
  /** Path and query. */
  url: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}

/** What a request has that a vendor's OpenAPI document does not allow, or lacks that it asks for; empty: all is well. */
export type RequestCheck = (request: SeenRequest) => readonly string[]

/** Reads an OpenAPI document of version 2.0, 3.0 or 3.1. */
export function openApiCheck(file: string): RequestCheck {
  const document = objectOf(JSON.parse(readFileSync(file, 'utf8')) as Json)
  const base = basePath(document)
  return request => {
    const url = new URL(request.url, 'http://vendor')
    if (!url.pathname.startsWith(base)) return [`${url.pathname} is not below ${base}`]
    const found = operationOf(document, request.method, url.pathname.slice(base.length))
    if (typeof found === 'string') return [found]
    const parameters = found.parameters.map(one => objectOf(resolved(document, one)))
    return [
      ...parameterProblems(document, parameters, { url, headers: request.headers, path: found.path }),
      ...bodyProblems(document, { ...found, parameters }, request),
    ]
  }
}

function basePath(document: JsonObject): string {
  const [server] = Array.isArray(document['servers']) ? document['servers'] : []
  const address = objectOf(server)['url']
  const path = typeof address === 'string' ? new URL(address).pathname : document['basePath']
  return typeof path === 'string' ? path.replace(/\/$/, '') : ''
}

interface Operation {
  operation: JsonObject
  parameters: readonly Json[]
  /** Values of the names in braces. */
  path: Readonly<Record<string, string>>
}

/** Paths without names in braces come first, as the specification asks. */
function operationOf(document: JsonObject, method: string, path: string): Operation | string {
  const paths = Object.entries(objectOf(document['paths'])).sort(
    ([one], [other]) => Number(one.includes('{')) - Number(other.includes('{')),
  )
  for (const [template, item] of paths) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
    const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '([^/]+)')
    const values = new RegExp(`^${pattern}$`).exec(path)?.slice(1)
    const operation = objectOf(item)[method.toLowerCase()]
    if (values === undefined || !isJsonObject(operation)) continue
    const parameters = [objectOf(item)['parameters'], operation['parameters']].flatMap(list => listOf(list))
    return {
      operation,
      parameters,
      path: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')])),
    }
  }
  return `${method} ${path} is in no path of the document`
}

function parameterProblems(
  document: JsonObject,
  parameters: readonly JsonObject[],
  { url, headers, path }: { url: URL; headers: SeenRequest['headers']; path: Operation['path'] },
): string[] {
  const query = objectOf(nestNames(Object.fromEntries(url.searchParams)))
  const known = new Set(parameters.filter(one => one['in'] === 'query').map(one => one['name']))
  const strangers = Object.keys(query).filter(name => !known.has(name))
  const problems = strangers.map(name => `query ${name} is not known`)
  for (const parameter of parameters) {
    const name = nameOf(parameter)
    const place = asText(parameter['in']) ?? ''
    const given = { query: query[name], header: headers[name.toLowerCase()], path: path[name] }[place]
    if (given === undefined) {
      if (parameter['required'] === true && ['query', 'header', 'path'].includes(place))
        problems.push(`${place} ${name} is missing`)
      continue
    }
    const schema = objectOf(parameter['schema'] ?? parameter)
    const isList = schema['type'] === 'array' && parameter['explode'] === false
    const value = isList ? (asText(given) ?? '').split(',') : given
    problems.push(...problemsOf(valueSchema(document, schema), { value }))
  }
  return problems
}

function valueSchema(document: JsonObject, parameter: JsonObject): ValidateFunction {
  return schemaValidator(document, { type: 'object', properties: { value: plainSchema(parameter) } }, true)
}

/** A parameter of OpenAPI 2.0 is a schema too, but for these members. */
function plainSchema(parameter: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(parameter).filter(([name]) => !['required', 'in', 'name'].includes(name)))
}

function bodyProblems(document: JsonObject, { operation, parameters }: Operation, request: SeenRequest): string[] {
  const type = String(request.headers['content-type'] ?? '').split(';')[0] ?? ''
  const content = objectOf(objectOf(resolved(document, operation['requestBody'] ?? null))['content'])
  const fields = parameters.map(objectOf).filter(one => one['in'] === 'formData')
  const schema = fields.length > 0 ? formSchema(fields) : objectOf(content[type])['schema']
  if (request.body === '') {
    const isRequired =
      objectOf(operation['requestBody'] ?? null)['required'] === true || fields.some(one => one['required'] === true)
    return isRequired ? ['there is no body'] : []
  }
  if (!isJsonObject(schema)) return [`a body of ${type} is not known`]
  const isForm = type === 'application/x-www-form-urlencoded'
  const body = isForm
    ? nestNames(Object.fromEntries(new URLSearchParams(request.body)))
    : (JSON.parse(request.body) as Json)
  return problemsOf(schemaValidator(document, schema, isForm), body)
}

/** Form fields as OpenAPI 2.0 writes them. */
function formSchema(fields: readonly JsonObject[]): JsonObject {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(one => [nameOf(one), plainSchema(one)])),
    required: fields.filter(one => one['required'] === true).map(one => nameOf(one)),
    additionalProperties: false,
  }
}

function problemsOf(validate: ValidateFunction, value: Json): string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

function resolved(document: JsonObject, value: Json): Json {
  const reference = objectOf(value)['$ref']
  if (typeof reference !== 'string') return value
  return reference
    .slice(2)
    .split('/')
    .reduce<Json>((at, step) => objectOf(at)[step] ?? null, document)
}

function nameOf({ name }: JsonObject): string {
  return asText(name) ?? ''
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
