import type { RawRequest } from '#connector/kit.ts'

/**
 * Where a browser says that the page comes from. `own`: this hub's pages, by its public address or by the host that was
 * called (browsers set both headers, pages cannot); `none`: no browser, or one that says nothing.
 */
export function originOf(request: RawRequest, allowed: readonly string[]): 'none' | 'own' | 'allowed' | 'foreign' {
  const origin = request.headers['origin']
  if (origin === undefined || origin === '') return 'none'
  const parsed = URL.parse(origin)
  if (parsed === null) return 'foreign'
  if (parsed.origin === URL.parse(request.publicUrl)?.origin || parsed.host === request.headers['host']) return 'own'
  return allowed.includes(parsed.origin) ? 'allowed' : 'foreign'
}

/** CORS headers for an allowed origin; none for others, which browsers then keep from reading the answer. */
export function corsHeaders(request: RawRequest, allowed: readonly string[]): Readonly<Record<string, string>> {
  if (originOf(request, allowed) !== 'allowed') return { vary: 'Origin' }
  return { 'access-control-allow-origin': request.headers['origin'] ?? '', vary: 'Origin' }
}

/** The name of the system in the address that was called. */
export function systemOf(request: RawRequest): string {
  return /\/(?:in|forms)\/([^/?#]+)/.exec(request.publicUrl)?.[1] ?? ''
}
