import type { Authentication } from './authentication/settings.ts'
import { parseLocator } from './values/locator.ts'
import type { InboundSettings } from './settings.ts'

/** Where a request holds credentials, which are removed before it is stored. */
export function redactions(inbound: InboundSettings | undefined) {
  const headers = ['authorization', 'cookie']
  const query: string[] = []
  const schemes: readonly Authentication[] =
    inbound?.authentication.scheme === 'anyOf'
      ? inbound.authentication.schemes
      : inbound
        ? [inbound.authentication]
        : []
  for (const scheme of schemes) {
    if (scheme.scheme === 'token' && scheme.in === 'header') headers.push(scheme.name)
    if (scheme.scheme === 'token' && scheme.in === 'query') query.push(scheme.name)
    if (scheme.scheme === 'sharedSecret') {
      headers.push(scheme.header)
      query.push(scheme.query)
    }
  }
  for (const { verifyToken } of inbound?.handshakes ?? []) {
    const locator = verifyToken === undefined ? undefined : parseLocator(verifyToken)
    if (locator?.source === 'header') headers.push(locator.name)
    else if (locator?.source === 'query') query.push(locator.name)
  }
  const path = schemes.some(({ scheme }) => scheme === 'pathToken' || scheme === 'sharedSecret')
  return { headers, query, path }
}
