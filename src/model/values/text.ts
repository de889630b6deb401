/**
 * The one way a value of unknown type becomes text to normalise: strings and numbers, in compatibility form (full-width
 * digits and letters become plain ones), trimmed. Anything else, blanks and overlong texts are nothing.
 */
export function plainText(value: unknown, charsMax = 500): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  if (typeof text !== 'string' || text.length > charsMax) return undefined
  const trimmed = text
    .normalize('NFKC')
    .replaceAll(/[\u200b-\u200f\ufeff]/g, '')
    .trim()
  return trimmed === '' ? undefined : trimmed
}

/** True for null, undefined and strings without anything visible: form fields that were left empty. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}
