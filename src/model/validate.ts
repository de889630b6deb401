import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Entity } from './entities.ts'
import { SCHEMAS } from './fields.gen.ts'
import { entityModel } from './fields.ts'
import { FORMATS, FORMAT_HINTS } from './formats.ts'

export interface Issue {
  /** JSON pointer into the record, such as `/address/addressCountry`. */
  path: string
  message: string
}

export type Validity = { ok: true } | { ok: false; issues: readonly Issue[] }

const VALID: Validity = { ok: true }
// A hostile document may break a rule at every element; a person reads only the first few.
const ISSUES_MAX = 20

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  formats: { ...FORMATS },
  schemas: [SCHEMAS],
})
const validators = new Map<Entity, ValidateFunction>()

/**
 * Checks a record in canonical form (before links are resolved: link fields hold `$ref` or `$key` objects).
 * The entity's validator is compiled at its first use (about 10 ms) and then costs some microseconds.
 */
export function validateRecord(entity: Entity, fields: unknown): Validity {
  const validate = validators.get(entity) ?? compile(entity)
  if (validate(fields)) return VALID
  return { ok: false, issues: issues(entity, validate.errors ?? []) }
}

function compile(entity: Entity): ValidateFunction {
  const name = entity.charAt(0).toUpperCase() + entity.slice(1)
  const validate = ajv.compile({ $ref: `canonical#/$defs/${name}` })
  validators.set(entity, validate)
  return validate
}

function issues(entity: Entity, errors: readonly ErrorObject[]): Issue[] {
  const found = new Map<string, Issue>()
  for (const error of errors) {
    if (found.size >= ISSUES_MAX) break
    const issue = { path: error.instancePath, message: message(entity, error) }
    // A link's alternatives fail together; one issue per place says enough.
    const link = linkAt(entity, error.instancePath)
    if (link !== undefined) found.set(link.path, link)
    else found.set(`${issue.path} ${issue.message}`, issue)
  }
  return [...found.values()]
}

function linkAt(entity: Entity, path: string): Issue | undefined {
  const name = path.split('/')[1]
  if (name === undefined || entityModel(entity).fields.get(name)?.kind !== 'link') return undefined
  return {
    path: `/${name}`,
    message: `expected a link: {"$ref": {"object": ..., "id": ...}} (strings, "system" if another's) or {"$key": {<kind>: <value>}}`,
  }
}

function message(entity: Entity, error: ErrorObject): string {
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = JSON.stringify(error.params.additionalProperty)
      return error.instancePath === ''
        ? `unknown field ${name} of ${entity}: use a field of docs/canonical-model.md, or put it into "extra"`
        : `unknown member ${name}`
    }
    case 'format': {
      const format = String(error.params.format)
      return `expected ${FORMAT_HINTS[format] ?? format}`
    }
    case 'enum': {
      const words: unknown = error.params.allowedValues
      return `expected one of ${Array.isArray(words) ? words.map(word => JSON.stringify(word)).join(', ') : ''}`
    }
    case 'type':
      return `expected ${String(error.params.type).replaceAll(',', ' or ')}`
    default:
      return error.message ?? error.keyword
  }
}
