import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { FieldModel } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import { maskPatterns } from './stars.ts'
import type { Veil } from './stars.ts'

/** Canonical fields; those of source records are wrapped in `{ value, at }`. */
export function maskFields(veil: Veil, entity: Entity, fields: unknown): unknown {
  const model = entityModel(entity)
  return mapMembers(fields, (name, member) => {
    const field = model.fields.get(name)
    const mask = (value: unknown): unknown =>
      field && !field.pii ? maskPlain(veil, value) : maskField(veil, field, value)
    return isJsonObject(member) && 'value' in member && 'asserts' in member
      ? { ...member, value: mask(member.value) }
      : mask(member)
  })
}

function maskField(veil: Veil, field: FieldModel | undefined, value: unknown): unknown {
  return mapTexts(veil, value, text => {
    switch (field?.kind) {
      case 'name':
        return veil.name(text)
      case 'email':
        return veil.email(text)
      case 'phone':
      case 'number':
        return veil.number(text)
      case 'date':
      case 'time':
        return veil.time(text)
      default:
        return field?.key === undefined ? foreignText(veil, field?.name ?? '', text, true) : veil.number(text)
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

/** What came from or goes to a vendor, by what names and values look like. */
export function maskForeign(veil: Veil, name: string, value: unknown): unknown {
  if (typeof value === 'string') return foreignText(veil, name, value, false)
  if (Array.isArray(value)) return value.map(item => maskForeign(veil, name, item))
  if (value instanceof Date || !isJsonObject(value)) return foreignScalar(veil, name, value)
  return mapMembers(value, (member, inner) => maskForeign(veil, member, inner))
}

function foreignText(veil: Veil, name: string, text: string, personal: boolean): string {
  const nested = parseNested(text)
  if (nested !== undefined) return JSON.stringify(maskForeign(veil, name, nested))
  if (FORM_PAIRS.test(text)) return maskFormPairs(veil, text)
  if (PLAIN.test(name)) return maskPatterns(text, veil)
  if (NAME_LIKE.test(name) && !NOT_PERSONAL_NAME.test(name)) return veil.name(text)
  const masked = maskPatterns(text, veil)
  if (FREE_TEXT.test(name)) return veil.freeText(text)
  if (masked !== text) return masked
  if (ID_LIKE.test(name)) return veil.number(text)
  return personal ? veil.freeText(text) : text
}

/** Numbers under a name that says phone or card are veiled; all others stay. */
function foreignScalar(veil: Veil, name: string, value: unknown): unknown {
  return typeof value === 'number' && ID_LIKE.test(name) ? veil.figure(value) : value
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

function maskFormPairs(veil: Veil, text: string): string {
  return [...new URLSearchParams(text)]
    .map(([name, value]) => `${name}=${foreignText(veil, name, value, false)}`)
    .join('&')
}

function mapTexts(veil: Veil, value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value === 'number') return veil.figure(value)
  if (Array.isArray(value)) return value.map(item => mapTexts(veil, item, mask))
  return isJsonObject(value) ? mapMembers(value, (_name, member) => mapTexts(veil, member, mask)) : value
}

/** Where nothing says what a value is: only mails and long numbers in texts. */
export function maskPlain(veil: Veil, value: unknown): unknown {
  if (typeof value === 'string') return maskPatterns(value, veil)
  if (Array.isArray(value)) return value.map(item => maskPlain(veil, item))
  return isJsonObject(value) ? mapMembers(value, (_name, member) => maskPlain(veil, member)) : value
}

export function mapMembers(value: unknown, change: (name: string, member: unknown) => unknown): unknown {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(name, member)]))
}
