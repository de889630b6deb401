import type { RawRequest } from '#connector/kit.ts'

const REMOVED = '[removed]'
/** Never stored, whatever a connector says. */
const ALWAYS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key', 'x-auth-token']

/** Headers and path with every credential replaced; the rest of the request stays exact. */
export function redactRequest(
  raw: RawRequest,
  rules: { headers: readonly string[]; query: readonly string[]; path: boolean },
): { headers: Record<string, string>; path: string } {
  const secret = new Set([...ALWAYS, ...rules.headers.map(header => header.toLowerCase())])
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw.headers)) {
    // A page's address may carry what the query carried.
    if (name !== 'referer') headers[name] = secret.has(name) ? REMOVED : value
  }
  const path = rules.path && raw.path !== '' ? `/${REMOVED}` : raw.path
  if (raw.query.size === 0) return { headers, path }
  const query = new URLSearchParams(raw.query)
  for (const name of rules.query) if (query.has(name)) query.set(name, REMOVED)
  return { headers, path: `${path}?${query.toString()}` }
}
