import { domainToUnicode } from 'node:url'
import { FORMATS } from '#model/formats.ts'
import { plainText } from './text.ts'

/**
 * An e-mail address in the form it is compared in: bare (`Ann <ann@x.org>` and `mailto:` are taken off), lower case in
 * both parts, international domains in Unicode. Undefined if it is no address. No provider's rules (dots, `+tag`) are applied.
 */
export function emailAddress(value: unknown): string | undefined {
  const text = plainText(value, 400)
  if (text === undefined) return undefined
  const open = text.lastIndexOf('<')
  const inner = open >= 0 && text.endsWith('>') ? text.slice(open + 1, -1) : text
  const bare = inner
    .replace(/^mailto:/i, '')
    .trim()
    .toLowerCase()
  const at = bare.lastIndexOf('@')
  if (at < 1) return undefined
  const domain = bare.slice(at + 1).replace(/\.$/, '')
  const address = `${bare.slice(0, at)}@${domain.includes('xn--') ? domainToUnicode(domain) : domain}`
  return FORMATS['email']?.(address) === true ? address : undefined
}
