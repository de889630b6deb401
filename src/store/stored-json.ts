/** An escape that PostgreSQL's text cannot hold (NUL), or half of a character. `JSON.stringify` writes whole characters as they are. */
const UNSTORABLE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/
const ESCAPES = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/gs

/**
 * JSON text for a statement. Vendors' texts, error messages and excerpts cut in the middle of a character may hold NUL
 * or a lone surrogate, which PostgreSQL refuses, and with them the whole batch: both become U+FFFD.
 */
export function storedJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (!UNSTORABLE.test(text)) return text
  // Escapes are taken one after the other, so that a backslash written as `\\` does not begin one.
  return text.replace(ESCAPES, escape => (escape.length === 6 ? '\uFFFD' : escape))
}

/** The same for a text that is a parameter of its own. */
export function storedText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed()
}
