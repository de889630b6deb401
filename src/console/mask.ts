import { isEntity } from '#model/entities.ts'
import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { FieldModel } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import { maskEmail, maskFreeText, maskName, maskNumber, maskPatterns } from './mask-text.ts'

/**
 * The one place where answers lose their personal data, on the way out, for tokens without the scope `read`.
 *
 * - canonical fields (of an object with `entity` and `fields`) by the model's `pii` annotations;
 * - everything that came from or goes to a vendor (payloads, vendor forms, documents, exchanges) by what names and values look like;
 * - everything else only where a text holds a mail or a long number (remote ids, messages).
 */
export function maskAnswer(value: unknown): unknown {
  return maskKnown(value)
}

/** Members of our own answers that hold vendors' data of unknown shape. */
const FOREIGN = new Set([
  'payload',
  'body',
  'headers',
  'vendorForm',
  'sent',
  'exchanges',
  'detail',
  'evidence',
  'notes',
  'keys',
  'vendorEventId',
  'author',
  'content',
  'before',
  'after',
])
/** Our own words, ids and times: nothing in them can be personal, and the UI needs them whole. */
const OWN = new Set([
  'id',
  'goldenId',
  'requestId',
  'eventId',
  'winnerId',
  'loserId',
  'fromId',
  'leftId',
  'rightId',
  'mergeId',
  'mergedInto',
  'traceId',
  'next',
  'confirm',
  'proof',
  'entity',
  'state',
  'system',
  'route',
  'kind',
  'origin',
  'operation',
  'outcome',
  'code',
  'method',
  'action',
  'contentType',
  // The text of a mapping, which is written back as it was read, and its lines.
  'source',
  'line',
])

function maskKnown(value: unknown): unknown {
  if (typeof value === 'string') return maskPatterns(value)
  if (Array.isArray(value)) return value.map(maskKnown)
  if (value instanceof Date || !isObject(value)) return value
  const entity = typeof value.entity === 'string' && isEntity(value.entity) ? value.entity : undefined
  return mapMembers(value, (name, member) => {
    if (OWN.has(name)) return member
    if (name === 'fields' && entity !== undefined) return maskFields(entity, member)
    return FOREIGN.has(name) ? maskForeign(name, member) : maskKnown(member)
  })
}

/** Canonical fields; those of source records are wrapped in `{ value, at }`. */
function maskFields(entity: Entity, fields: unknown): unknown {
  const model = entityModel(entity)
  return mapMembers(fields, (name, member) => {
    const field = model.fields.get(name)
    const mask = (value: unknown): unknown => (field && !field.pii ? maskKnown(value) : maskField(field, value))
    return isObject(member) && 'value' in member && 'asserts' in member
      ? { ...member, value: mask(member.value) }
      : mask(member)
  })
}

function maskField(field: FieldModel | undefined, value: unknown): unknown {
  return mapTexts(value, text => {
    switch (field?.kind) {
      case 'name':
        return maskName(text)
      case 'email':
        return maskEmail(text)
      case 'phone':
      case 'number':
        return maskNumber(text)
      case 'date':
      case 'time':
        return text.replace(/\d/g, '*')
      default:
        return field?.key === undefined ? maskForeignText(field?.name ?? '', text, true) : maskNumber(text)
    }
  })
}

const NAME_LIKE = /name|nombre|^(first|last|full|given|family)$|contact_?person|recipient|姓名|名字|联系人|收件人|昵称/i
const NOT_PERSONAL_NAME = /file_?name|host_?name|event_?name|type_?name|type$|field_?name|form_?name|site_?name|^model/i
const ID_LIKE =
  /phone|mobile|tel(efon|ephone)?$|fax|id_?card|passport|openid|unionid|external_?userid|bank|iban|card_?no|tax_?id|证件|身份证|手机|电话/i
const FREE_TEXT =
  /address|street|city$|zip|postal|message|comment|note|remark|description|subject|body|text|birth|地址|留言|备注|内容|生日/i
/** Words of the exchange itself, not of a person. */
const PLAIN =
  /^(method|url|status|content-type|user-agent|host|type|object|event|state|code|reason|at|time|startedAt|durationMs|position|line|column|path|field|kind|mapping|first|bytes|truncated)$/i

function maskForeign(name: string, value: unknown): unknown {
  if (typeof value === 'string') return maskForeignText(name, value, false)
  if (Array.isArray(value)) return value.map(item => maskForeign(name, item))
  if (value instanceof Date || !isObject(value)) return maskForeignScalar(name, value)
  return mapMembers(value, maskForeign)
}

function maskForeignText(name: string, text: string, personal: boolean): string {
  const nested = parseNested(text)
  if (nested !== undefined) return JSON.stringify(maskForeign(name, nested))
  if (FORM_PAIRS.test(text)) return maskFormPairs(text)
  if (PLAIN.test(name)) return maskPatterns(text)
  if (NAME_LIKE.test(name) && !NOT_PERSONAL_NAME.test(name)) return maskName(text)
  const masked = maskPatterns(text)
  if (FREE_TEXT.test(name)) return maskFreeText(text)
  if (masked !== text) return masked
  if (ID_LIKE.test(name)) return maskNumber(text)
  return personal ? maskFreeText(text) : text
}

/** Numbers under a name that says phone or card become 0; all others stay. */
function maskForeignScalar(name: string, value: unknown): unknown {
  return typeof value === 'number' && ID_LIKE.test(name) ? 0 : value
}

/** Bodies and excerpts are often JSON in a text; it is masked member by member then. */
function parseNested(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** `a=b&c=d`, the other common text of a body. */
const FORM_PAIRS = /^[\w.[\]%+-]+=[^&\s]*(&[\w.[\]%+-]+=[^&\s]*)*$/

function maskFormPairs(text: string): string {
  return [...new URLSearchParams(text)]
    .map(([name, value]) => `${name}=${maskForeignText(name, value, false)}`)
    .join('&')
}

function mapTexts(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value === 'number') return 0
  if (Array.isArray(value)) return value.map(item => mapTexts(item, mask))
  return isObject(value) ? mapMembers(value, (_name, member) => mapTexts(member, mask)) : value
}

function mapMembers(value: unknown, change: (name: string, member: unknown) => unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(name, member)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return isJsonObject(value)
}
