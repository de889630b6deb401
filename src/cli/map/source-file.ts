import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { schemaOfSamples } from '#mapping/language/flow/source.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { CliError } from '../cli-error.ts'

/** Where it is written what the records of a source look like: samples, or a schema as `FILE` or `FILE#/pointer`. */
export interface SourceOptions {
  sample?: string
  schema?: string
}

/** JSON Schema of the source, where a file of it is named. */
export function givenSchema({ sample, schema }: SourceOptions): Json | undefined {
  if (schema !== undefined) return readSchema(schema)
  if (sample === undefined) return undefined
  const content = readDocument(sample)
  return schemaOfSamples(Array.isArray(content) ? content : [content], true)
}

/** A schema in a larger document, as those of OpenAPI in `components/schemas`, refers to others of that document. */
function readSchema(place: string): Json {
  const [file = '', pointer] = place.split('#')
  const document = readDocument(file)
  if (!isJsonObject(document)) throw new CliError(`${file}: expected a JSON Schema or an OpenAPI document`)
  if (pointer !== undefined) {
    if (at(document, pointer) === undefined) throw new CliError(`${file}: there is nothing at #${pointer}`)
    return { ...document, $ref: `#${pointer}` }
  }
  const { components } = document
  const names =
    isJsonObject(components) && isJsonObject(components['schemas']) ? Object.keys(components['schemas']) : []
  if (names.length === 0) return document
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '')
  throw new CliError(
    `${file} is an OpenAPI document: name one of its schemas, as in ${file}#/components/schemas/${names[0]} (${shown})`,
  )
}

function at(document: Json, pointer: string): Json | undefined {
  let found: Json | undefined = document
  for (const name of pointer.split('/').slice(1)) found = isJsonObject(found) ? found[unescaped(name)] : undefined
  return found
}

/** RFC 6901. */
const unescaped = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~')

/** JSON or YAML. */
function readDocument(file: string): Json {
  try {
    const text = readFileSync(resolve(file), 'utf8')
    return (/\.ya?ml$/.test(file) ? parse(text) : JSON.parse(text)) as Json
  } catch (error) {
    throw new CliError(
      `${file}: expected a JSON or YAML file: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
