import { assertNever } from '#model/assert.ts'
import type { RawRequest } from '../kit.ts'
import type { SignedParts } from '../signature.ts'
import { locateTexts, parseLocator, type Locator } from './locator.ts'

type Part = string | { name: 'timestamp' | 'body' | 'method' | 'url' | 'path' | 'secret' } | { locator: Locator }

/** A compiled template of what a vendor signs, such as `{timestamp}.{body}`. */
export type SignedTemplate = readonly Part[]

const NAMES = ['timestamp', 'body', 'method', 'url', 'path', 'secret'] as const

/** Compiles a template; undefined when a placeholder is unknown. `{url}` is the public one, `{path}` its path and query. */
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

/** The exact bytes that were signed; a part that the request lacks is empty, so that its signature cannot match. */
export function signedParts(
  template: SignedTemplate,
  request: RawRequest,
  context: { timestamp: string; secret: string },
): SignedParts {
  return template.map(part => {
    if (typeof part === 'string') return part
    if ('locator' in part) return locateTexts(part.locator, request)[0] ?? ''
    return partOf(part.name, request, context)
  })
}

function partOf(
  name: (typeof NAMES)[number],
  request: RawRequest,
  context: { timestamp: string; secret: string },
): string | Uint8Array {
  switch (name) {
    case 'timestamp':
      return context.timestamp
    case 'secret':
      return context.secret
    case 'body':
      return request.body
    case 'method':
      return request.method.toUpperCase()
    case 'url':
      return request.publicUrl
    case 'path':
      return request.publicUrl.replace(/^https?:\/\/[^/]*/i, '')
    default:
      return assertNever(name)
  }
}
