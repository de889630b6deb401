import type { RawRequest } from '../kit.ts'
import { asText, type Found } from '../value-path.ts'
import type { EventSettings, KeySetting } from './event-settings.ts'
import { locateValue, parseLocator } from './locator.ts'
import type { InboundSettings } from './settings.ts'

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
    if (!parts.includes(undefined) && parts.some(part => part !== '')) return parts.join('|')
  }
  return undefined
}

/** The text at one part; empty when it is not there and need not be. */
function partOf(part: string, request: RawRequest, item: Found): string | undefined {
  const locator = parseLocator(part.replace(/\?$/, ''))
  const text = locator && asText(locateValue(locator, request, item))
  return text ?? (part.endsWith('?') ? '' : undefined)
}
