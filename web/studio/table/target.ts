/** The keys that lead to a field, with dots between them; a key that has one itself, or a quote, stands in quotes. */
export function writeTarget(keys: readonly string[]): string {
  return keys.map(key => (/[."]/.test(key) ? JSON.stringify(key) : key)).join('.')
}

/** The keys of what somebody wrote, also while it is half written. */
export function readTarget(text: string): string[] {
  if (!text.includes('"')) return text.split('.')
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^."]+|"/g) ?? []
  return parts.map(part => (part.length > 1 && part.startsWith('"') ? unquoted(part) : part))
}

function unquoted(part: string): string {
  try {
    return String(JSON.parse(part))
  } catch {
    return part
  }
}
