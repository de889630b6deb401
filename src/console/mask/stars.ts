/** What stands in the place of personal values, by what they are. */
export interface Veil {
  email(text: string): string
  name(text: string): string
  /** Phones, ids, cards. */
  number(text: string): string
  figure(value: number): number
  /** Dates of a person's life. */
  time(text: string): string
  freeText(text: string): string
}

/**
 * How personal data looks to readers who may not see it: same kind of value, same rough shape, so that tables and forms
 * still work; never enough to know the person.
 */

/** `ana.lopez@example.com` becomes `a***@***.com`. */
export function maskEmail(text: string): string {
  const at = text.lastIndexOf('@')
  const dot = text.lastIndexOf('.')
  return `${first(text)}***@***${dot > at ? text.slice(dot) : ''}`
}

/** Keeps the first three and the last two characters of a long number, less of a short one. */
export function maskNumber(text: string): string {
  const digits = Array.from(text)
  const [head, tail] = digits.length >= 9 ? [3, 2] : digits.length >= 6 ? [1, 1] : [0, 0]
  return digits
    .map((char, index) => (index < head || index >= digits.length - tail || !/[\p{L}\p{N}]/u.test(char) ? char : '*'))
    .join('')
}

/** `张三` becomes `张*`, `Ana López` becomes `A** L****`. */
export function maskName(text: string): string {
  return text
    .split(/(\s+)/)
    .map(word =>
      word.trim() === '' ? word : first(word) + '*'.repeat(Math.min(8, Math.max(1, Array.from(word).length - 1))),
    )
    .join('')
}

/** Free text says too much to keep any of it but its length, roughly. */
function maskFreeText(text: string): string {
  return text === '' ? '' : '*'.repeat(Math.min(12, Math.max(3, text.length)))
}

/** What readers see who may not see personal data. */
export const stars: Veil = {
  email: maskEmail,
  name: maskName,
  number: maskNumber,
  figure: () => 0,
  time: text => text.replace(/\d/g, '*'),
  freeText: maskFreeText,
}

const EMAIL = /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu
/** Phones and other long numbers of persons (identity cards, bank cards): 7 to 19 digits with the usual separators, perhaps a last X. */
const LONG_NUMBER = /(?<![\p{L}\p{N}-])\+?\(?\d(?:[ ().-]{0,2}\d){6,18}[Xx]?(?![\p{L}\p{N}-])/gu
const UUID_OR_TIME =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/gi

/** Masks mails and long numbers wherever they stand in a text; leaves uuids and times as they are. */
export function maskPatterns(text: string, veil: Veil = stars): string {
  return text
    .split(new RegExp(`(${UUID_OR_TIME.source})`, 'gi'))
    .map((part, index) => (index % 2 === 1 ? part : part.replace(EMAIL, veil.email).replace(LONG_NUMBER, veil.number)))
    .join('')
}

function first(text: string): string {
  return Array.from(text)[0] ?? ''
}
