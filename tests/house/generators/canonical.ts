import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ENTITIES } from '#model/entities.ts'
import type { EntityData as ModelData, FieldModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { isJsonObject } from '#model/json.ts'
import { canonicalDocs } from './canonical-docs.ts'
import { openapiTypes } from './openapi-types.ts'

const SOURCE = 'openapi/canonical.yaml'
const HEADER = `// Generated from ${SOURCE} by \`npm run generate\`. Do not edit.\n`
const DEFAULT_SURVIVORSHIP = 'mostRecent'

/** As in src/model/fields.ts, with plain strings: the written file is checked against the narrow types. */
export type FieldData = Widened<FieldModel>
export type EntityData = Widened<Omit<ModelData, 'fields'>> & { fields: FieldData[] }
type Widened<T> = { [K in keyof T]: Widen<NonNullable<T[K]>> }
type Widen<V> = V extends boolean ? boolean : V extends string ? string : string[]

/** Types, field tables, validation schemas and the documentation page of the canonical model. */
export function canonicalFiles(root: string): { path: string; content: string }[] {
  const source = readFileSync(join(root, SOURCE), 'utf8')
  const schemas = object(object(object(parse(source)).components).schemas)
  const entities = ENTITIES.map(name => entityData(name, schemas))
  return [
    { path: 'src/model/canonical.gen.ts', content: openapiTypes(root, SOURCE) },
    { path: 'src/model/fields.gen.ts', content: fieldsModule(entities, validationSchemas(schemas)) },
    { path: 'docs/canonical-model.md', content: canonicalDocs(entities, SOURCE) },
  ]
}

function entityData(name: string, schemas: JsonObject): EntityData {
  const schema = object(schemas[schemaName(name)])
  const properties = Object.entries(object(schema.properties))
  return {
    name,
    class: text(object(schema['x-patchbay']).class, `${name}: x-patchbay.class`),
    ...titles(schema, name),
    fields: properties.map(([field, own]) => fieldData(`${name}.${field}`, field, object(own), schemas)),
  }
}

function fieldData(where: string, name: string, own: JsonObject, schemas: JsonObject): FieldData {
  const part = typeof own.$ref === 'string' ? own.$ref.split('/').at(-1) : undefined
  const base = part === undefined ? {} : object(schemas[part])
  const merged = { ...base, ...own }
  const patchbay = { ...object(base['x-patchbay'] ?? {}), ...object(own['x-patchbay'] ?? {}) }
  return {
    name,
    kind: text(patchbay.kind, `${where}: x-patchbay.kind`),
    survivorship: text(patchbay.survivorship ?? DEFAULT_SURVIVORSHIP, where),
    pii: patchbay.pii === true,
    ...(patchbay.elementKey === undefined ? {} : { elementKey: texts(patchbay.elementKey, where) }),
    ...(patchbay.link === undefined ? {} : { linkTo: texts(patchbay.link, where) }),
    ...(patchbay.key === undefined ? {} : { key: text(patchbay.key, where) }),
    ...(patchbay.exclusive === true ? { exclusive: true } : {}),
    ...titles(merged, where),
    shape: shape(merged, part),
  }
}

function shape(schema: JsonObject, part: string | undefined): string {
  if (Array.isArray(schema.enum)) {
    return schema.enum.filter(word => typeof word === 'string').join(', ')
  }
  const item = isJsonObject(schema.items) ? schema.items.$ref : undefined
  if (typeof item === 'string') return `${item.split('/').at(-1)}[]`
  return part === 'Tags' ? 'text[]' : (part ?? '')
}

function titles(schema: JsonObject, where: string) {
  return {
    title: text(schema.title, `${where}: title`),
    titleZh: text(schema['x-title-zh'], `${where}: x-title-zh`),
    description: text(schema.description, `${where}: description`),
    descriptionZh: text(schema['x-description-zh'], `${where}: x-description-zh`),
  }
}

/** The schemas as ajv wants them: plain JSON Schema under $defs, without the texts for people. */
function validationSchemas(schemas: JsonObject): JsonObject {
  return { $id: 'canonical', $defs: bare(schemas, true) }
}

function bare(value: Json, isMap = false): Json {
  if (Array.isArray(value)) return value.map(item => bare(item))
  if (!isJsonObject(value)) return value
  const out: JsonObject = {}
  for (const [key, member] of Object.entries(value)) {
    if (!isMap && (key === 'title' || key === 'description' || key.startsWith('x-'))) continue
    out[key] =
      key === '$ref' && typeof member === 'string'
        ? member.replace('#/components/schemas/', '#/$defs/')
        : bare(member, !isMap && key === 'properties')
  }
  return out
}

function fieldsModule(entities: EntityData[], schemas: JsonObject): string {
  return `${HEADER}import type { EntityData } from './fields.ts'

/** Entities and their fields with all annotations, in the order of the source. */
export const ENTITY_DATA: readonly EntityData[] = ${JSON.stringify(entities, null, 1)}

/** JSON Schema 2020-12 of all canonical schemas, under $defs by schema name. */
export const SCHEMAS = ${JSON.stringify(schemas, null, 1)}
`
}

export function schemaName(entity: string): string {
  return entity.charAt(0).toUpperCase() + entity.slice(1)
}

function object(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error(`${SOURCE}: expected an object, found ${JSON.stringify(value)}`)
  return value
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${SOURCE}: ${where}: expected a text`)
  return value
}

function texts(value: unknown, where: string): string[] {
  if (!Array.isArray(value)) throw new Error(`${SOURCE}: ${where}: expected a list`)
  return value.map(item => text(item, where))
}
