import { Decimal } from 'decimal.js'
import { FORMATS } from '#model/formats.ts'
import { plainText } from './text.ts'

export interface Money {
  readonly amount: string
  readonly currency: string
}

/** Signs that stand for one currency only; `$` and `¥` do not. */
const signs: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₫': 'VND',
  元: 'CNY',
  RMB: 'CNY',
}

/**
 * An exact amount with its currency, e.g. `{amount: "1234.50", currency: "CNY"}`; undefined if either is missing or wrong.
 * The amount has the currency's usual decimals at least, and more only if they count. Texts may have grouping in either
 * style ("1,234.50", "1.234,50"), a sign of a currency, or brackets for a negative amount.
 */
export function money(amount: unknown, currency?: unknown): Money | undefined {
  const text = plainText(amount, 60)
  if (text === undefined) return undefined
  const code = currencyOf(currency) ?? (currency === undefined ? currencyIn(text) : undefined)
  const number = typeof amount === 'number' ? Number(amount.toPrecision(15)).toString() : numberText(text)
  if (code === undefined || number === undefined) return undefined
  const exact = new Decimal(number)
  const result = exact.toFixed(Math.max(fractionDigits(code), exact.decimalPlaces()))
  const plain = /^-0(\.0+)?$/.test(result) ? result.slice(1) : result
  return FORMATS['decimal']?.(plain) === true ? { amount: plain, currency: code } : undefined
}

function currencyOf(currency: unknown): string | undefined {
  const code = plainText(currency, 10)?.toUpperCase()
  if (code === undefined) return undefined
  const known = signs[code] ?? code
  return FORMATS['currency']?.(known) === true ? known : undefined
}

function currencyIn(text: string): string | undefined {
  const mark = /[A-Za-z]{3}|[€£₹₩₽₺₫元]/.exec(text)?.[0]
  return mark === undefined ? undefined : currencyOf(mark)
}

const digitsByCurrency = new Map<string, number>()

function fractionDigits(code: string): number {
  let digits = digitsByCurrency.get(code)
  if (digits === undefined) {
    const options = new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
    digits = options.maximumFractionDigits ?? 2
    digitsByCurrency.set(code, digits)
  }
  return digits
}

/** Digits in groups of three (or two, as in India), by commas or points. */
const grouped = /^\d{1,3}(?:,\d{2,3})*,\d{3}$|^\d{1,3}(?:\.\d{3})+$/

/** The plain decimal number in a text. A single comma before three digits groups, a single point never does. */
function numberText(text: string): string | undefined {
  if (/^[-+]?\d+(\.\d+)?([eE][-+]?\d{1,2})?$/.test(text)) return text
  const isNegative = /^\(.*\)$/.test(text) || /^[^\d]*[-−]/.test(text) || /\d\s*-$/.test(text)
  const [run, ...others] = text.match(/\d[\d.,'’\s]*/g) ?? []
  if (run === undefined || others.length > 0) return undefined
  const figures = run.replaceAll(/['’\s]/g, '').replace(/[.,]$/, '')
  const mark = decimalMark(figures)
  const at = mark === undefined ? figures.length : figures.lastIndexOf(mark)
  const whole = figures.slice(0, at)
  const fraction = figures.slice(at + 1)
  if (!/^\d+$/.test(whole) && !grouped.test(whole)) return undefined
  return `${isNegative ? '-' : ''}${whole.replaceAll(/[.,]/g, '')}${fraction === '' ? '' : `.${fraction}`}`
}

function decimalMark(figures: string): '.' | ',' | undefined {
  const comma = figures.lastIndexOf(',')
  const point = figures.lastIndexOf('.')
  if (comma >= 0 && point >= 0) return comma > point ? ',' : '.'
  const mark = comma >= 0 ? ',' : point >= 0 ? '.' : undefined
  if (mark === undefined) return undefined
  const isRepeated = figures.indexOf(mark) !== figures.lastIndexOf(mark)
  const isGroup = mark === ',' && /,\d{3}$/.test(figures)
  return isRepeated || isGroup ? undefined : mark
}
