import { createHash } from 'node:crypto'
import { assertNever } from '#model/assert.ts'
import type { RawRequest } from '../../kit.ts'
import type { SignedParts } from '../../signature.ts'
import { locateTexts, parseLocator, type Locator } from '../values/locator.ts'
import { signedForm, signedQuery } from './signed-parameters.ts'

const NAMES = [
  'timestamp',
  'body',
  'method',
  'url',
  'path',
  'secret',
  'form',
  'sortedQuery',
  'queryValues',
  'bodyMd5',
] as const

type Name = (typeof NAMES)[number]
type Part = string | { name: Name } | { locator: Locator }

/** A compiled template of what a vendor signs, such as `{timestamp}.{body}`. */
export type SignedTemplate = readonly Part[]

/**
 * Compiles a template; undefined when a placeholder is unknown. `{url}` is the public one, `{path}` its path and query,
 * `{form}` the fields of the form (see `signedForm`), `{sortedQuery}` and `{queryValues}` the parameters of the address,
 * `{bodyMd5}` the MD5 of the body in hex.
 */
export function parseSigned(template: string): SignedTemplate | undefined {
  const parts: Part[] = []
  for (const [text, inner] of template.matchAll(/\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (inner === undefined) parts.push(text)
    else {
      const name = NAMES.find(known => known === inner)
      const locator = name === undefined && /^(header|query|body):/.test(inner) ? parseLocator(inner) : undefined
      if (name !== undefined) parts.push({ name })
      else if (locator !== undefined) parts.push({ locator })
      else return undefined
    }
  }
  return parts
}

export function templateNames(template: SignedTemplate): readonly string[] {
  return template.flatMap(part => (typeof part === 'object' && 'name' in part ? [part.name] : []))
}

export interface SigningContext {
  timestamp: string
  secret: string
  /** The form of the address that counts. */
  url: string
}

/** The exact bytes that were signed; a part that the request lacks is empty, so that its signature cannot match. */
export function signedParts(template: SignedTemplate, request: RawRequest, context: SigningContext): SignedParts {
  return template.map(part => {
    if (typeof part === 'string') return part
    if ('locator' in part) return locateTexts(part.locator, request)[0] ?? ''
    return partOf(part.name, request, context)
  })
}

function partOf(name: Name, request: RawRequest, context: SigningContext): string | Uint8Array {
  switch (name) {
    case 'timestamp':
      return context.timestamp
    case 'secret':
      return context.secret
    case 'url':
      return context.url
    case 'body':
      return request.body
    case 'method':
      return request.method.toUpperCase()
    case 'path':
      return request.publicUrl.replace(/^https?:\/\/[^/]*/i, '')
    case 'form':
      return signedForm(request)
    case 'sortedQuery':
      return signedQuery(request.query, 'pairs')
    case 'queryValues':
      return signedQuery(request.query, 'values')
    case 'bodyMd5':
      return createHash('md5').update(request.body).digest('hex')
    default:
      return assertNever(name)
  }
}
