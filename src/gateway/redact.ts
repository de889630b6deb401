import type { RawRequest } from '#connector/kit.ts'

const REMOVED = '[removed]'
/** Never stored, whatever a connector says. */
const ALWAYS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key', 'x-auth-token']

/** Headers and path with every credential replaced; the rest of the request stays exact. */
export function redactRequest(
  raw: RawRequest,
  rules: { headers: readonly string[]; query: readonly string[]; path: boolean },
): { headers: Record<string, string>; path: string } {
  const headers: Record<string, string> = { ...raw.headers }
  for (const name of [...ALWAYS, ...rules.headers.map(header => header.toLowerCase())]) {
    if (headers[name] !== undefined) headers[name] = REMOVED
  }
  // A page's address may carry what the query carried.
  delete headers.referer
  const query = new URLSearchParams(raw.query)
  for (const name of rules.query) if (query.has(name)) query.set(name, REMOVED)
  const path = rules.path && raw.path !== '' ? `/${REMOVED}` : raw.path
  return { headers, path: query.size === 0 ? path : `${path}?${query.toString()}` }
}
