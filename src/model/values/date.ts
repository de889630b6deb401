import { plainText } from './text.ts'

/** Numbers below this are epoch seconds, above it milliseconds (the year 5138 in seconds, 1973 in milliseconds). */
const secondsMax = 1e11

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Year, month and day in the orders that cannot be mistaken. "1/2/2026" can: it needs a picture. */
const dateForms: readonly { readonly form: RegExp; readonly order: 'ymd' | 'dmy' | 'dMy' | 'Mdy' }[] = [
  { form: /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/, order: 'ymd' },
  { form: /^(\d{4})年(\d{1,2})月(\d{1,2})日/, order: 'ymd' },
  { form: /^(\d{4})(\d{2})(\d{2})(?=T|\d{6}$|$)/, order: 'ymd' },
  { form: /^(\d{1,2})\.(\d{1,2})\.(\d{4})/, order: 'dmy' },
  { form: /^(?:[a-z]{3,9},? )?(\d{1,2})[- ]([a-z]{3})[a-z]*\.?[- ](\d{4})/i, order: 'dMy' },
  { form: /^(?:[a-z]{3,9},? )?([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})/i, order: 'Mdy' },
]

const timeForm =
  /^[T ,]*(?:(\d{1,2})(?::|时|点)(\d{1,2})(?:(?::|分)(\d{1,2})(?:[.,](\d{1,9}))?秒?|分)?|(\d{2})(\d{2})(\d{2}))?\s*(am|pm)?\s*((?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|Z|UTC|GMT)?(?:\s*\([^)]*\))?$/i

/**
 * A moment as RFC 3339 in UTC (`2026-11-21T10:00:00Z`), from an ISO string, epoch seconds or milliseconds, or one of the
 * forms vendors use; undefined if it is none or can be read in two ways.
 * @param offset what a time without an offset of its own is in, e.g. `+08:00`; UTC if left out.
 */
export function utcTime(value: unknown, offset = 'Z'): string | undefined {
  const text = plainText(value, 100)
  if (text === undefined) return undefined
  const dotNet = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text)?.[1]
  if (dotNet !== undefined) return fromMs(Number(dotNet))
  if (typeof value === 'number' || /^-?(\d{9,10}|\d{12,13})(\.\d+)?$/.test(text)) {
    const number = Number(text)
    return fromMs(Math.abs(number) < secondsMax ? number * 1000 : number)
  }
  const parts = dateParts(text)
  if (parts === undefined) return undefined
  const time = timeForm.exec(text.slice(parts.length))
  if (time === null) return undefined
  const dayMs = Date.UTC(parts.year, parts.month - 1, parts.day)
  const clockMs = clock(time)
  const shiftMs = offsetMs(time[9] ?? offset)
  return clockMs === undefined || shiftMs === undefined ? undefined : fromMs(dayMs + clockMs - shiftMs)
}

/** A calendar date as YYYY-MM-DD, by the same rules; of a moment, the day in its own offset or in the one given. */
export function calendarDate(value: unknown, offset = 'Z'): string | undefined {
  const text = plainText(value, 100)
  if (text === undefined) return undefined
  const parts = typeof value === 'string' ? dateParts(text) : undefined
  if (parts !== undefined) {
    if (utcTime(value) === undefined) return undefined
    return `${pad(parts.year, 4)}-${pad(parts.month, 2)}-${pad(parts.day, 2)}`
  }
  const moment = utcTime(value)
  const shiftMs = offsetMs(offset)
  if (moment === undefined || shiftMs === undefined) return undefined
  return fromMs(Date.parse(moment) + shiftMs)?.slice(0, 10)
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

function fromMs(ms: number): string | undefined {
  // Years of four digits, from 1 to 9999.
  if (!(ms >= -62_135_596_800_000 && ms < 253_402_300_800_000)) return undefined
  return new Date(Math.trunc(ms)).toISOString().replace('.000Z', 'Z')
}

function dateParts(text: string): { year: number; month: number; day: number; length: number } | undefined {
  for (const { form, order } of dateForms) {
    const match = form.exec(text)
    if (match === null) continue
    const take = (letter: string): string => match[order.toLowerCase().indexOf(letter) + 1] ?? ''
    const month = order.includes('M') ? months.indexOf(take('m').toLowerCase()) + 1 : Number(take('m'))
    const [year, day] = [Number(take('y')), Number(take('d'))]
    const probe = new Date(Date.UTC(year, month - 1, day))
    const isReal = month >= 1 && probe.getUTCMonth() === month - 1 && probe.getUTCDate() === day
    return isReal ? { year, month, day, length: match[0].length } : undefined
  }
  return undefined
}

function clock(time: RegExpExecArray): number | undefined {
  const half = time[8]?.toLowerCase()
  let hour = Number(time[1] ?? time[5] ?? 0)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (half === 'pm' ? 12 : 0)
  }
  const minute = Number(time[2] ?? time[6] ?? 0)
  const second = Number(time[3] ?? time[7] ?? 0)
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return undefined
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number((time[4] ?? '').padEnd(3, '0').slice(0, 3))
}

function offsetMs(offset: string): number | undefined {
  if (/^(Z|UTC|GMT)$/i.test(offset)) return 0
  const match = /^(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?$/i.exec(offset)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return minutes > 14 * 60 ? undefined : minutes * 60_000 * (match[1] === '-' ? -1 : 1)
}
