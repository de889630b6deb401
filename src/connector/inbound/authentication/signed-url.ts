import { parse, stringify } from 'node:querystring'

export type UrlForm = 'exact' | 'decodedQuery' | 'anyPort'

/** The forms of a public address that a vendor may have signed. */
export function signedUrls(url: string, form: UrlForm): readonly string[] {
  if (form === 'exact') return [url]
  return [...new Set(form === 'decodedQuery' ? [url, decodedQuery(url)] : portForms(url))]
}

/** Escapes that HubSpot decodes in the query before it signs. Source: HubSpot's request validation, v3. */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

function decodedQuery(url: string): string {
  const mark = url.indexOf('?')
  if (mark < 0) return url
  return url.slice(0, mark) + url.slice(mark).replace(DECODED, code => decodeURIComponent(code))
}

/**
 * The address with and without its port, each with the query as it is and as Node's `querystring` writes it again.
 * Source: twilio/twilio-node src/webhooks/webhooks.ts.
 */
function portForms(text: string): readonly string[] {
  if (!URL.canParse(text)) return [text]
  const url = new URL(text)
  url.hash = ''
  const bare = new URL(url)
  bare.port = ''
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const origin = `${url.protocol}//${url.username === '' ? '' : `${url.username}:${url.password}@`}`
  const ported = `${origin}${url.hostname}:${port}${url.pathname}${url.search}`
  return [text, url.href, bare.href, ported].flatMap(one => [one, rewrittenQuery(one)])
}

function rewrittenQuery(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? url : `${url.slice(0, mark)}?${stringify(parse(url.slice(mark + 1)))}`
}
