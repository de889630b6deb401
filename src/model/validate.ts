import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Entity } from './entities.ts'
import { SCHEMAS } from './fields.gen.ts'
import { entityModel } from './fields.ts'
import { FORMATS } from './formats.ts'
import { ISSUE_TEXTS, type Issue, type IssueReason, makeIssue } from './issues.ts'

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
    const issue = issueOf(entity, error)
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
  return makeIssue(`/${name}`, 'issue_link')
}

const limits: Readonly<Record<string, IssueReason>> = {
  maxLength: 'issue_max_length',
  minLength: 'issue_min_length',
  maxItems: 'issue_max_items',
  maxProperties: 'issue_max_properties',
  minProperties: 'issue_min_properties',
}

function issueOf(entity: Entity, { instancePath: path, keyword, params, message }: ErrorObject): Issue {
  const limit = limits[keyword]
  if (limit !== undefined) return makeIssue(path, limit, { limit: Number(params.limit) })
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params.additionalProperty)
      return path === ''
        ? makeIssue(path, 'issue_field_unknown', { name, entity })
        : makeIssue(path, 'issue_member_unknown', { name })
    }
    case 'required':
      return makeIssue(path, 'issue_required', { name: String(params.missingProperty) })
    case 'format': {
      const reason: IssueReason = `issue_format_${String(params.format)}`
      return reason in ISSUE_TEXTS
        ? makeIssue(path, reason)
        : makeIssue(path, 'issue_other', { message: message ?? keyword })
    }
    case 'enum': {
      const words: unknown = params.allowedValues
      const list = Array.isArray(words) ? words.map(word => JSON.stringify(word)).join(', ') : ''
      return makeIssue(path, 'issue_word', { words: list })
    }
    case 'type':
      return makeIssue(path, 'issue_type', { types: String(params.type).split(',') })
    default:
      return makeIssue(path, 'issue_other', { message: message ?? keyword })
  }
}
