import { createHash } from 'node:crypto'
import type { RawRequest } from '../../kit.ts'
import { asText, type Found } from '../../value-path.ts'
import type { EventSettings, KeySetting } from './settings.ts'
import { locateValue, parseLocator } from '../values/locator.ts'
import type { InboundSettings } from '../settings.ts'

/** What tells an event from others: the vendor's id of it, or the fields that together make one. */
export function eventKey(
  request: RawRequest,
  { authentication }: InboundSettings,
  { vendorEventId }: EventSettings,
  item: Found,
): string | undefined {
  const standard = authentication.scheme === 'standardWebhooks' ? `header:${authentication.headerPrefix}-id` : undefined
  const setting = vendorEventId ?? standard
  const key = setting === undefined ? undefined : joinedKey(setting, request, item)
  // One id for a request with several items would make all but the first look like repeats.
  const isShared = typeof setting === 'string' && /^(header|query|body):/.test(setting)
  return key !== undefined && isShared ? `${key}${item.path}` : key
}

/** The text of a key: one value, or several joined by `|`; undefined when a part that it needs is missing. */
export function joinedKey(setting: KeySetting, request: RawRequest, item: Found): string | undefined {
  const lists =
    typeof setting === 'string' ? [[setting]] : setting.every(part => typeof part === 'string') ? [setting] : setting
  for (const list of lists) {
    const parts = [list].flat().map(part => partOf(part, request, item))
    const isComplete = !parts.includes(undefined) && parts.some(part => part !== '')
    if (isComplete) return typeof setting === 'string' ? parts[0] : shortened(parts.join('|'))
  }
  return undefined
}

const KEY_MAX = 400

/** Long texts, such as the headers of a mail, are told by their hash. */
function shortened(key: string): string {
  return key.length <= KEY_MAX ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`
}

/** The text at one part; empty when it is not there and need not be. */
function partOf(part: string, request: RawRequest, item: Found): string | undefined {
  const locator = parseLocator(part.replace(/\?$/, ''))
  const text = locator && asText(locateValue(locator, request, item))
  return text ?? (part.endsWith('?') ? '' : undefined)
}
