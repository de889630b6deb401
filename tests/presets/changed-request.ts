import type { Authentication, HmacSettings } from '#connector/inbound/authentication/settings.ts'
import type { InboundSettings } from '#connector/inbound/settings.ts'
import type { RawRequest } from '#connector/kit.ts'

/** A request with something about its proof changed, and what was changed. */
export type Changed = readonly [what: string, request: RawRequest]

/** Every single-valued scheme of an authentication. */
export function schemesOf(authentication: Authentication): readonly Authentication[] {
  return authentication.scheme === 'anyOf' ? authentication.schemes : [authentication]
}

/** The proof of a request taken out, cut short, made longer and with one character changed, wherever it can stand. */
export function changedProofs(request: RawRequest, { authentication }: InboundSettings): readonly Changed[] {
  return schemesOf(authentication)
    .flatMap(scheme => proofPlaces(scheme))
    .flatMap(place => changesAt(request, place))
}

/** Where a scheme's proof stands, as locators. */
function proofPlaces(scheme: Authentication): readonly string[] {
  switch (scheme.scheme) {
    case 'standardWebhooks':
      return [`header:${scheme.headerPrefix}-signature`]
    case 'hmac':
    case 'publicKey':
      return scheme.signature.split(' | ')
    case 'jwt':
      return [scheme.token]
    case 'token':
      return [`${scheme.in}:${scheme.name}`]
    case 'sharedSecret':
      return ['header:authorization', `header:${scheme.header}`, `query:${scheme.query}`, 'path:']
    default:
      return []
  }
}

function changesAt(request: RawRequest, place: string): readonly Changed[] {
  const [source = '', rest = ''] = place.split(/:(.*)/s)
  const name = (rest.split('#')[0] ?? '').toLowerCase()
  if (source === 'path') return changesOf(request.path, path => ({ ...request, path: path ?? '' }), place)
  if (source === 'query') {
    const set = (value: string | undefined) => {
      const query = new URLSearchParams(request.query)
      if (value === undefined) query.delete(rest)
      else query.set(rest, value)
      return { ...request, query }
    }
    return changesOf(request.query.get(rest) ?? '', set, place)
  }
  if (source !== 'header') return []
  // Several headers may each bear a signature: all are changed at once.
  const names = Object.keys(request.headers).filter(one =>
    name.endsWith('*') ? one.startsWith(name.slice(0, -1)) : one === name,
  )
  const set = (change: (value: string) => string | undefined) => {
    const changed = Object.entries(request.headers).flatMap(([one, value]) => {
      const after = names.includes(one) ? change(value) : value
      return after === undefined ? [] : [[one, after]]
    })
    return { ...request, headers: Object.fromEntries(changed) as Record<string, string> }
  }
  if (names.length === 0) return []
  return CHANGES.map(([what, change]) => [`${place} ${what}`, set(change)] as const)
}

function changesOf(value: string, set: (value: string | undefined) => RawRequest, place: string): readonly Changed[] {
  if (value === '' || value === '/') return []
  return CHANGES.map(([what, change]) => [`${place} ${what}`, set(change(value))] as const)
}

/** The change comes before the end, since the last character of base64 may say nothing. */
const flip = (value: string) => {
  const at = value.length - 5
  return `${value.slice(0, at)}${value[at] === '1' ? '2' : '1'}${value.slice(at + 1)}`
}

/** What may be done to a proof; none of it may be accepted. */
export const CHANGES: readonly (readonly [string, (value: string) => string | undefined])[] = [
  ['missing', () => undefined],
  ['empty', () => ''],
  ['cut short', value => value.slice(0, -6)],
  ['too long', value => `${value}AAAA`],
  ['with one character changed', flip],
  ['of other bytes', () => '\u0000\u00ff\ud800'],
]

/** True where the proof covers the body. */
export function signsBody({ authentication, encryption }: InboundSettings): boolean {
  const templates = schemesOf(authentication).map(scheme => ('signed' in scheme ? [scheme.signed].flat().join('') : ''))
  const isCovered = templates.every(text => /\{(body|form|bodyMd5)\}|bizContent/.test(text))
  return isCovered || authentication.scheme === 'standardWebhooks' || encryption?.required === true
}

/** The request with one byte of its body changed: a letter or digit in its middle, so that it is read as before. */
export function flippedBody(request: RawRequest): RawRequest {
  const body = Buffer.from(request.body)
  const middle = Math.floor(body.length / 2)
  const found = body.findIndex((byte, index) => index >= middle && /[a-z0-9]/i.test(String.fromCharCode(byte)))
  const at = found === -1 ? middle : found
  body[at] = body[at] === 0x61 ? 0x62 : 0x61
  return { ...request, body }
}

/** The longest tolerance of a time, in seconds; undefined when the scheme has none. */
export function toleranceSeconds({ authentication }: InboundSettings): number | undefined {
  const tolerances = schemesOf(authentication).map(scheme => {
    if (scheme.scheme === 'standardWebhooks' || scheme.scheme === 'jwt') return scheme.toleranceSeconds
    return 'timestamp' in scheme ? (scheme as HmacSettings).timestamp?.toleranceSeconds : undefined
  })
  const known = tolerances.filter(seconds => typeof seconds === 'number')
  return known.length === 0 ? undefined : Math.max(...known)
}
