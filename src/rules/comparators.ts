import { isDeepStrictEqual } from 'node:util'
import { Decimal } from 'decimal.js'
import { assertNever } from '#model/assert.ts'
import type { FieldModel } from '#model/fields.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import { isByElement } from './survivorship/elements.ts'

/**
 * When two values of a canonical field are the same, so that a difference of spelling is no news:
 *
 * - text, name: NFC, line ends and runs of white space as one blank, no blanks at the ends; case matters (a corrected
 *   "McDonald" is a change that people want to see everywhere);
 * - email: case does not matter; phone: digits and a leading plus only;
 * - money: amounts as numbers ("12.0" is "12.00"), the same currency;
 * - date: the same day; time: the same instant, at the coarser precision of the two (some vendors drop milliseconds);
 * - number: as numbers; boolean, enum: exactly;
 * - list: in order, except union and consent lists, which are sets of elements;
 * - object, link: member by member, in any order; an absent member equals a null one;
 * - null equals only null.
 */
export function sameValue(
  field: Pick<FieldModel, 'kind' | 'survivorship'>,
  left: Json,
  right: Json,
  compare: readonly Compare[] = [],
): boolean {
  if (left === right) return true
  if (left === null || right === null) return false
  if (compare.length > 0) return sameValue(field, loosened(left, compare), loosened(right, compare))
  switch (field.kind) {
    case 'text':
    case 'name':
      return bothText(left, right, (a, b) => foldText(a) === foldText(b))
    case 'email':
      return bothText(left, right, (a, b) => a.trim().toLowerCase() === b.trim().toLowerCase())
    case 'phone':
      return bothText(left, right, (a, b) => foldPhone(a) === foldPhone(b))
    case 'money':
      return sameMoney(left, right)
    case 'date':
      return bothText(left, right, (a, b) => a.slice(0, 10) === b.slice(0, 10))
    case 'time':
      return bothText(left, right, sameInstant)
    case 'list':
      return sameList(field, left, right)
    case 'object':
    case 'link':
      return sameJson(left, right)
    case 'number':
    case 'boolean':
    case 'enum':
      return false
    default:
      return assertNever(field.kind)
  }
}

/**
 * The same for one slot of a field, where undefined is an element that is not there. An element of a union is compared member
 * by member, unless more is to count as the same.
 */
export function sameInSlot(
  field: Pick<FieldModel, 'kind' | 'survivorship'>,
  compare: readonly Compare[] = [],
): (left: Json | undefined, right: Json | undefined) => boolean {
  const isElement = field.survivorship === 'union' && compare.length === 0
  return (left, right) => {
    if (left === undefined || right === undefined) return left === right
    return isElement ? sameJson(left, right) : sameValue(field, left, right, compare)
  }
}

/**
 * What a vendor may change in a value that it keeps, so that the changed one still counts as ours; set for a field of a
 * system's object where its kind does not say so already.
 */
export const COMPARE = [
  'ignoreCase',
  'ignoreSpace',
  'ignorePunctuation',
  'ignoreAccents',
  'ignoreOrder',
  'digits',
  'day',
] as const
export type Compare = (typeof COMPARE)[number]

/** The value with everything taken out of its texts that does not count. */
function loosened(value: Json, compare: readonly Compare[]): Json {
  if (typeof value === 'string') return compare.reduce(loosenedText, value)
  if (Array.isArray(value)) {
    const items = value.map(item => loosened(item, compare))
    return compare.includes('ignoreOrder') ? items.toSorted(byJson) : items
  }
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, loosened(member, compare)]))
}

function loosenedText(text: string, compare: Compare): string {
  switch (compare) {
    case 'ignoreCase':
      return text.toLowerCase()
    case 'ignoreSpace':
      return text.replace(/\s+/gu, '')
    case 'ignorePunctuation':
      return text.replace(/\p{P}+/gu, '')
    case 'ignoreAccents':
      return text.normalize('NFD').replace(/\p{M}+/gu, '')
    case 'digits':
      return text.replace(/\D+/gu, '')
    case 'day':
      return text.slice(0, 10)
    case 'ignoreOrder':
      return text
    default:
      return assertNever(compare)
  }
}

function byJson(left: Json, right: Json): number {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** Deep equality of JSON in which an absent member equals a null one. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right || (left ?? null) === (right ?? null)) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]))
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  for (const key in left) if (!sameJson(left[key], own(right, key))) return false
  for (const key in right) if (right[key] !== null && !Object.hasOwn(left, key)) return false
  return true
}

function own(object: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function bothText(left: Json, right: Json, same: (left: string, right: string) => boolean): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return isDeepStrictEqual(left, right)
  return same(left, right)
}

function foldText(value: string): string {
  return value.normalize('NFC').replace(/\s+/gu, ' ').trim()
}

function foldPhone(value: string): string {
  return value.replace(/[^\d+]/gu, '')
}

function sameMoney(left: Json, right: Json): boolean {
  if (!isJsonObject(left) || !isJsonObject(right)) return sameJson(left, right)
  return left.currency === right.currency && sameAmount(left.amount, right.amount)
}

function sameAmount(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true
  if (typeof left !== 'string' || typeof right !== 'string') return false
  try {
    return new Decimal(left).eq(right)
  } catch {
    return false
  }
}

function sameInstant(left: string, right: string): boolean {
  const precision = Math.min(fractionDigits(left), fractionDigits(right), 3)
  const unitMs = 10 ** (3 - precision)
  const [a, b] = [Date.parse(left), Date.parse(right)]
  if (Number.isNaN(a) || Number.isNaN(b)) return left === right
  return Math.floor(a / unitMs) === Math.floor(b / unitMs)
}

function fractionDigits(time: string): number {
  const match = /\.(\d+)/u.exec(time)
  return match?.[1]?.length ?? 0
}

function sameList(field: Pick<FieldModel, 'survivorship'>, left: Json, right: Json): boolean {
  if (!isByElement(field)) return sameJson(left, right)
  if (!Array.isArray(left) || !Array.isArray(right)) return sameJson(left, right)
  return subset(left, right) && subset(right, left)
}

function subset(left: readonly Json[], right: readonly Json[]): boolean {
  return left.every(item => right.some(other => sameJson(item, other)))
}
