import { requestBody } from '#connector/inbound/values/locator.ts'
import { createWebhookPart, withEvents } from '#connector/inbound/webhook-part.ts'
import type { Credentials, IncomingEvent, RawRequest, Verdict, WebhookPart } from '#connector/kit.ts'
import { asText, parsePath, readOne } from '#connector/value-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { receivingSettings } from '../webhook/presets.ts'
import { withCurrency } from './currency.ts'
import { longId } from './record-id.ts'
import type { Settings } from './settings.ts'

/**
 * Outbound messages (SOAP) and, from a bridge of the operator's own, change events (JSON). Neither is signed: a secret in
 * the address proves them, and the id of the org. Source: sforce_api_om_outboundmessaging_notifications,
 * cdc_event_fields_header.
 */
const known = receivingSettings.parse({ preset: 'salesforce' })
const READ = { kind: 'snapshot', thin: true } as const
const inbound = {
  ...known,
  // A change event holds only what changed, in a form of its own, and a gap event nothing: the record is read.
  shapes: known.shapes.map(shape => ({ ...shape, types: { ...shape.types, '*': READ } })),
  events: {
    ...known.events,
    type: 'body:*.*.notifications.ActionId',
    object: 'sObject.@xsi:type',
    types: { '*': READ },
  },
}
const part = withEvents(
  createWebhookPart<Settings>(() => inbound),
  (event, _, credentials) => [inRestForm(event, credentials)],
)

const ACK = known.reply?.body ?? ''
const XML = { 'content-type': 'text/xml; charset=utf-8' }
const ORGANIZATION = parsePath('*.*.notifications.OrganizationId') ?? []
const NOTIFICATIONS = parsePath('*.*.notifications') ?? []

export const webhook: WebhookPart<Settings> = {
  ...part,
  methods: ['POST', 'GET', 'HEAD'],
  verify(request, credentials, nowMs): Verdict {
    const verdict = part.verify(request, credentials, nowMs)
    const { organizationId } = credentials.settings
    if (!verdict.ok || organizationId === undefined) return verdict
    const body = requestBody(request)
    const isMessage = body.ok && readOne(body.value, NOTIFICATIONS) !== undefined
    const given = body.ok ? asText(readOne(body.value, ORGANIZATION)) : undefined
    if (!isMessage || (given !== undefined && longId(given) === organizationId)) return verdict
    return { ok: false, code: 'credentials_wrong', message: 'the message is of another org' }
  },
  /** A message that is not acknowledged in these words comes again, for a day. */
  reply: request =>
    isXml(request)
      ? { status: 200, headers: XML, body: ACK }
      : { status: 202, headers: { 'content-type': 'application/json' }, body: '{"status":"accepted"}' },
  // What cannot be read is kept as a dead event: the same again would not help.
  malformedStatus: 200,
  refusal: (request, _, refused) =>
    refused.status === 200 && isXml(request) ? { headers: XML, body: ACK } : undefined,
}

function isXml(request: RawRequest): boolean {
  return /xml/i.test(request.headers['content-type'] ?? '')
}

/** The event with ids of 18 characters and the record as the REST API shows it, so that mappings see one form. */
function inRestForm(event: IncomingEvent, { settings }: Credentials<Settings>): IncomingEvent {
  const { remoteId, ...rest } = event
  const { payload, author, contentType } = rest
  const object = event.object.replace(/^.*:/, '')
  // `001*` stands for all records of an object: no one can be read, the next poll finds them.
  if (remoteId?.endsWith('*')) return { ...rest, object, kind: 'unknown' }
  const named = { ...rest, object, ...(remoteId === undefined ? {} : { remoteId: longId(remoteId) }) }
  if (author !== undefined) named.author = longId(author)
  if (contentType !== undefined && !contentType.includes('json')) return named
  if (payload === undefined) return named
  const record: unknown = JSON.parse(Buffer.from(payload).toString())
  if (!isJsonObject(record) || record['@xsi:type'] === undefined) return named
  const state = withCurrency(settings, fieldsOf(object, record))
  return {
    ...named,
    payload: Buffer.from(JSON.stringify(state)),
    contentType: 'application/json',
    whole: settings.messages === 'asSent' && named.remoteId !== undefined,
  }
}

/** `{"sf:Email": "x", "sf:Phone": {"@xsi:nil": "true"}}` as `{"Email": "x", "Phone": null}`; values stay texts but true and false. */
function fieldsOf(type: string, record: JsonObject): JsonObject {
  const fields = Object.entries(record).flatMap(([name, value]): [string, Json][] =>
    name.startsWith('@') ? [] : [[name.replace(/^.*:/, ''), fieldValue(value)]],
  )
  return { attributes: { type }, ...Object.fromEntries(fields) }
}

function fieldValue(value: Json): Json {
  if (isJsonObject(value)) return value['@xsi:nil'] === 'true' || value['@xsi:nil'] === '1' ? null : value
  return value === 'true' ? true : value === 'false' ? false : value
}
