const dayMs = 86_400_000
/** First moment that needs more than four digits for its year. */
const year10000Ms = 253_402_300_800_000

const two = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'))
const pair = (n: number): string => two[n] ?? ''

/**
 * The date of a day counted from 1970-01-01, by the shift to years that begin in March (Howard Hinnant,
 * "chrono-compatible low-level date algorithms", civil_from_days).
 */
function dateText(day: number): string {
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${pair(Math.floor(year / 100))}${pair(year % 100)}-${pair(month)}-${pair(dayOfMonth)}`
}

/**
 * The ISO form of epoch milliseconds, as `Date.prototype.toISOString` gives it but several times as quickly; undefined
 * for what is no whole number of milliseconds between 1970 and 9999.
 */
export function isoTime(ms: unknown): string | undefined {
  if (typeof ms !== 'number' || !Number.isInteger(ms) || ms < 0 || ms >= year10000Ms) return undefined
  const day = Math.floor(ms / dayMs)
  const rest = ms - day * dayMs
  const second = Math.floor(rest / 1000)
  const minute = Math.floor(second / 60)
  const hour = Math.floor(minute / 60)
  const milli = rest - second * 1000
  const fraction = `${Math.floor(milli / 100)}${pair(milli % 100)}`
  return `${dateText(day)}T${pair(hour)}:${pair(minute - hour * 60)}:${pair(second - minute * 60)}.${fraction}Z`
}
