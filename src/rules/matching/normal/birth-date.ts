import { editDistance } from './similarity.ts'
import { calendarDate } from '#model/values/date.ts'

/** A date of birth as eight digits (YYYYMMDD) as far as it can be read; typed nonsense keeps its digits. */
export function birthDigits(value: string): string | undefined {
  const text = value.normalize('NFKC').trim()
  const plain = calendarDate(text)?.replaceAll('-', '') ?? slashDate(text)
  if (plain !== undefined) return plain
  const digits = text.replace(/\D/gu, '')
  return digits.length >= 6 && digits.length <= 8 && !/^(.)\1*$/u.test(digits) ? digits : undefined
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Month before day, unless that is no month; years of two digits lie in the past hundred years. */
function slashDate(text: string): string | undefined {
  const numbers = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/u.exec(text)
  const named = /^(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4}|\d{2})$/iu.exec(text)
  const [, first, second, yearText] = numbers ?? named ?? []
  if (first === undefined || second === undefined || yearText === undefined) return undefined
  const [one, two] = [Number(first), numbers === null ? MONTHS.indexOf(second.toLowerCase()) + 1 : Number(second)]
  const [month, day] = numbers === null || one > 12 ? [two, one] : [one, two]
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const year = yearText.length === 4 ? yearText : `${Number(yearText) > 25 ? '19' : '20'}${yearText}`
  return `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`
}

/** Only the year is known: systems write the first of January for it. */
export function isYearOnly(digits: string): boolean {
  return digits.endsWith('0101') || digits.endsWith('0000')
}

export type BirthLevel = 'exact' | 'slip' | 'year' | 'part' | 'near' | 'differs'

/** How two dates of birth agree. `slip`: one typing error, or day and month changed places. */
export function compareBirth(left: string, right: string): BirthLevel {
  if (left === right) return isYearOnly(left) ? 'year' : 'exact'
  const [a, b] = [parts(left), parts(right)]
  const sameYear = a.year === b.year
  if (isYearOnly(left) || isYearOnly(right)) {
    if (sameYear) return 'year'
    return editDistance(a.year, b.year, 1) <= 1 ? 'near' : 'differs'
  }
  if (sameYear && a.month === b.day && a.day === b.month) return 'slip'
  if (editDistance(left, right, 1) <= 1) return 'slip'
  const same = [sameYear, a.month === b.month, a.day === b.day].filter(Boolean).length
  if (same === 2) return 'part'
  if (editDistance(left, right, 2) <= 2 || daysBetween(left, right) <= 62) return 'part'
  return sameYear || daysBetween(left, right) <= 500 ? 'near' : 'differs'
}

function daysBetween(left: string, right: string): number {
  const day = (digits: string): number =>
    Number(digits.slice(0, 4)) * 365.25 + Number(digits.slice(4, 6)) * 30.44 + Number(digits.slice(6, 8))
  return Math.abs(day(left) - day(right))
}

function parts(digits: string): { year: string; month: string; day: string } {
  return { year: digits.slice(0, 4), month: digits.slice(4, 6), day: digits.slice(6, 8) }
}
