import type { Preset } from '#connector/inbound/preset.ts'

type Authentication = NonNullable<Preset['inbound']['authentication']>

/** What is known of one preset. */
export function presetSection(name: string, preset: Preset): string {
  const { authentication = { scheme: 'standardWebhooks' }, encryption } = preset.inbound
  const proof = [proofOf(authentication), encryption === undefined ? [] : 'encrypted body'].flat().join('; ')
  return `### ${preset.title}

\`${name}\`

${bullets([
  ['Proof', proof],
  ['Secret', preset.secrets],
  ['Set-up', preset.setUp ?? ''],
  ['Not in its bodies', Object.values(preset.absent ?? {}).join('; ')],
  ['Checked against', preset.checked.join('; ') || 'nothing of the sender'],
  ['Unverified', (preset.unverified ?? []).join('; ')],
])}
`
}

/** A list of titles and texts, without those that have no text. */
export function bullets(lines: readonly (readonly [title: string, text: string])[]): string {
  return lines.flatMap(([title, text]) => (text === '' ? [] : [`- **${title}**: ${text}`])).join('\n')
}

function proofOf(authentication: Authentication): string {
  switch (authentication.scheme) {
    case 'standardWebhooks':
      return `Standard Webhooks${authentication.headerPrefix === 'svix' ? ' (headers `svix-*`)' : ''}, within 300 s`
    case 'hmac': {
      const { algorithm = 'sha256', keyed = true, signature, timestamp } = authentication
      const digest = `${keyed ? 'HMAC-' : ''}${algorithm.toUpperCase().replace('SHA', 'SHA-')}`
      return `${digest} in ${placeOf(signature)}${tolerance(timestamp?.toleranceSeconds, timestamp !== undefined)}`
    }
    case 'publicKey':
      return `public key, signature in ${placeOf(authentication.signature)}${tolerance(authentication.timestamp?.toleranceSeconds, authentication.timestamp !== undefined)}`
    case 'jwt':
      return `token (RS256) in ${placeOf(authentication.token)}; the body is not signed`
    case 'token':
      return `secret in the ${authentication.in} \`${authentication.name}\``
    case 'sharedSecret':
      return 'secret in path, header, query or as password'
    case 'anyOf':
      return authentication.schemes.map(scheme => proofOf(scheme)).join(', or ')
    default:
      return authentication.scheme
  }
}

/** A locator as words: header, parameter or member of the body. */
function placeOf(locator: string): string {
  return locator
    .split(' | ')
    .map(one => one.replace(/^(\w+):(.*)$/, '$1 `$2`'))
    .join(' or ')
}

function tolerance(seconds: number | null | undefined, hasTime: boolean): string {
  if (!hasTime) return ', no time'
  return seconds === null ? '' : `, within ${seconds ?? 300} s`
}
