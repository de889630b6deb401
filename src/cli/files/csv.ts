/** One line of RFC 4180, without its end. Objects and lists are written as JSON. */
export function csvLine(values: readonly unknown[]): string {
  return values.map(cell).join(',')
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // A spreadsheet takes a text that begins so for a formula and runs it; the quote makes it a text.
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d ().-]+$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
