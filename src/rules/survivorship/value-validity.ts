import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { FieldModel } from '#model/fields.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { normalKey } from '../identity/key-normal-form.ts'

/**
 * Whether a value can be what its field is for: a mail address, a number that the numbering plan knows, a tax id whose check digit is right,
 * a date of birth of somebody who may live. Undefined where nothing but its meaning could be wrong. The model's own checks were passed before.
 */
export function isValidValue(
  field: Pick<FieldModel, 'name' | 'kind' | 'key'>,
  value: Json,
  { defaultCountry, nowMs }: { defaultCountry: string; nowMs: number },
): boolean | undefined {
  if (value === null || isEmpty(value)) return undefined
  if (field.name === 'birthDate') return typeof value === 'string' && isPossibleBirth(value, nowMs)
  if (field.kind === 'phone') return typeof value === 'string' && isPhone(value)
  const { key } = field
  if (key === undefined) return undefined
  const texts = (Array.isArray(value) ? value : [value]).flatMap(item => textOf(item) ?? [])
  if (texts.length === 0) return undefined
  return texts.every(text => (key === 'mobile' ? isPhone(text) : normalKey(key, text, defaultCountry) !== undefined))
}

const YEARS_LIVED_MAX = 120

function isPossibleBirth(value: string, nowMs: number): boolean {
  const years = (nowMs - Date.parse(value)) / (365.25 * 86_400_000)
  return years >= 0 && years <= YEARS_LIVED_MAX
}

function isPhone(value: string): boolean {
  return parsePhoneNumberFromString(value)?.isValid() === true
}

/** A text, or the one that names an element of a list: its mail address, its number. */
function textOf(item: Json): string | undefined {
  if (typeof item === 'string') return item
  if (!isJsonObject(item)) return undefined
  return ['email', 'phone', 'value', 'id'].map(name => item[name]).find(found => typeof found === 'string')
}

export function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isJsonObject(value)) return Object.keys(value).length === 0
  return value === null || (typeof value === 'string' && value.trim() === '')
}
