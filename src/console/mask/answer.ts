import { isEntity } from '#model/entities.ts'
import { isJsonObject } from '#model/json.ts'
import { maskPatterns, stars } from './stars.ts'
import { mapMembers, maskFields, maskForeign } from './values.ts'

/**
 * The one place where answers lose their personal data, on the way out, for tokens without the scope `read`.
 *
 * - canonical fields (of an object with `entity` and `fields`) by the model's `pii` annotations;
 * - everything that came from or goes to a vendor (payloads, vendor forms, documents, exchanges) by what names and values look like;
 * - everything else only where a text holds a mail or a long number (remote ids, messages).
 */
export function maskAnswer(value: unknown): unknown {
  return maskKnown(value)
}

/** Members of our own answers that hold vendors' data of unknown shape. */
const FOREIGN = new Set([
  'payload',
  'body',
  'headers',
  'vendorForm',
  'sent',
  'exchanges',
  'detail',
  'evidence',
  'notes',
  'keys',
  'vendorEventId',
  'author',
  'content',
  'before',
  'after',
])
/** Our own words, ids and times: nothing in them can be personal, and the UI needs them whole. */
const OWN = new Set([
  'id',
  'goldenId',
  'requestId',
  'eventId',
  'winnerId',
  'loserId',
  'fromId',
  'leftId',
  'rightId',
  'mergeId',
  'mergedInto',
  'traceId',
  'next',
  'confirm',
  'proof',
  'entity',
  'state',
  'system',
  'route',
  'kind',
  'origin',
  'operation',
  'outcome',
  'code',
  'method',
  'action',
  'contentType',
  // The text of a mapping, which is written back as it was read, and its lines.
  'source',
  'line',
  // Of a mapping, which are written back too: no values of customers stand in them.
  'cases',
])

function maskKnown(value: unknown): unknown {
  if (typeof value === 'string') return maskPatterns(value)
  if (Array.isArray(value)) return value.map(maskKnown)
  if (value instanceof Date || !isJsonObject(value)) return value
  const entity = typeof value.entity === 'string' && isEntity(value.entity) ? value.entity : undefined
  return mapMembers(value, (name, member) => {
    if (OWN.has(name)) return member
    if (name === 'fields' && entity !== undefined) return maskFields(stars, entity, member)
    return FOREIGN.has(name) ? maskForeign(stars, name, member) : maskKnown(member)
  })
}
