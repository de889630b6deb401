import type { RawRequest } from '../../kit.ts'
import type { Found } from '../../value-path.ts'
import { locateTexts, parseLocator } from './locator.ts'
import { captures } from './pattern.ts'
import type { Conditions } from '../settings.ts'

/** The first condition that does not hold, undefined when all do. A pattern's `*` stands for any text, null for "not there". */
export function unmet(conditions: Conditions, request: RawRequest, item?: Found): string | undefined {
  return Object.entries(conditions).find(([text, pattern]) => {
    const locator = parseLocator(text)
    const found = locator && locateTexts(locator, request, item)[0]
    if (pattern === null || found === undefined) return (pattern === null) !== (found === undefined)
    return captures(pattern, found) === undefined
  })?.[0]
}
