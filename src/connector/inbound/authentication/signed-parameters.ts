import type { RawRequest } from '../../kit.ts'

const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function grouped(parameters: URLSearchParams): [string, readonly string[]][] {
  const names = [...new Set(parameters.keys())].sort(byCode)
  return names.map(name => [name, parameters.getAll(name)])
}

/**
 * The fields of a posted form, sorted by name, name and value joined without separators; equal names count once per
 * distinct value, sorted. Source: twilio/twilio-node src/webhooks/webhooks.ts.
 */
export function signedForm({ headers, body }: RawRequest): string {
  if (!/^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '')) return ''
  return grouped(new URLSearchParams(Buffer.from(body).toString('utf8')))
    .flatMap(([name, values]) => [...new Set(values)].sort(byCode).map(value => name + value))
    .join('')
}

/**
 * The parameters of the address, sorted by name, without the signature `hmac`. `pairs`: `a=1&b=2`, with a list `ids[]` as
 * `ids=["2", "1"]` (source: Shopify/shopify_python_api, `session.py`); `values`: the values alone (source: e签宝 callbacks).
 */
export function signedQuery(query: URLSearchParams, form: 'pairs' | 'values'): string {
  const parameters = grouped(query)
  if (form === 'values') return parameters.flatMap(([, values]) => values).join('')
  return parameters
    .filter(([name]) => name !== 'hmac')
    .map(([name, values]) => {
      const list = name.endsWith('[]')
      const value = list ? `[${values.map(one => `"${one}"`).join(', ')}]` : (values[0] ?? '')
      return `${escaped(list ? name.slice(0, -2) : name, true)}=${escaped(value, false)}`
    })
    .sort(byCode)
    .join('&')
}

/** Separators inside names and values are written as escapes, so that no two requests are signed alike. */
function escaped(text: string, isName: boolean): string {
  const safe = text.replaceAll('%', '%25').replaceAll('&', '%26')
  return isName ? safe.replaceAll('=', '%3D') : safe
}
