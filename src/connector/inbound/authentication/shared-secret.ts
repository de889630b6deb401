import { assertNever } from '#model/assert.ts'
import type { RawRequest, Verdict } from '../../kit.ts'
import { anySecret } from '../../signature.ts'
import type { Authentication } from './settings.ts'
import { locateTexts, parseLocator } from '../values/locator.ts'
import { refused } from '../refused.ts'

type Scheme<Name> = Extract<Authentication, { scheme: Name }>
export type CredentialSettings = Scheme<'basic' | 'bearer' | 'token' | 'pathToken' | 'sharedSecret'>

/** Verifies a secret that the sender shows as it is. */
export function verifyCredential(request: RawRequest, settings: CredentialSettings, live: readonly string[]): Verdict {
  const { given, what } = shown(request, settings)
  const texts = given.filter(text => text !== undefined && text !== '')
  if (texts.length === 0) return refused('credentials_missing', `${what} is expected`)
  let valid = false
  for (const text of texts) if (text !== undefined && anySecret(live, text)) valid = true
  if (valid) return { ok: true }
  return refused('credentials_wrong', live.length === 0 ? 'no webhookSecret is configured' : `${what} does not match`)
}

function shown(
  request: RawRequest,
  settings: CredentialSettings,
): { given: readonly (string | undefined)[]; what: string } {
  const { headers, query } = request
  switch (settings.scheme) {
    case 'basic':
      return { given: [basicPassword(headers['authorization'], settings.username)], what: 'basic credentials' }
    case 'bearer':
      return { given: [bearerToken(headers['authorization'])], what: 'a bearer token' }
    case 'pathToken':
      return { given: [pathToken(request.path)], what: 'a token in the path' }
    case 'token':
      return { given: [tokenAt(request, settings)], what: `a token in the ${settings.in} ${settings.name}` }
    case 'sharedSecret': {
      const given = [
        pathToken(request.path),
        headers[settings.header.toLowerCase()],
        query.get(settings.query) ?? undefined,
        bearerToken(headers['authorization']),
        basicPassword(headers['authorization'], undefined),
      ]
      return { given, what: `the secret in the path, the header ${settings.header}, or as a password` }
    }
    default:
      return assertNever(settings)
  }
}

function tokenAt(request: RawRequest, settings: Scheme<'token'>): string | undefined {
  if (settings.in === 'header') return request.headers[settings.name.toLowerCase()]
  if (settings.in === 'query') return request.query.get(settings.name) ?? undefined
  const locator = parseLocator(`body:${settings.name}`)
  return locator && locateTexts(locator, request)[0]
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
}

/** The password of HTTP basic, with a wrong user name treated like a wrong password; undefined: any name. */
function basicPassword(header: string | undefined, username: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const isUser = username === undefined || anySecret([username], text.slice(0, Math.max(colon, 0)))
  return isUser ? text.slice(colon + 1) : '\0'
}

function pathToken(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1))
  } catch {
    return undefined
  }
}
