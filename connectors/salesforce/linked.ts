import { chunks } from '#connector/batch.ts'
import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { apiPath, exchange, outcomeOfReply } from './api.ts'
import { inCurrency, refusedCurrency } from './currency.ts'
import { longId } from './record-id.ts'
import { formOf, type Settings } from './settings.ts'

/** Most sub-requests of one composite request. */
const REQUESTS_MAX = 25
/** What linked records write where the id of the record stands that they belong to. */
const PARENT = '@{parent.id}'

/** One sub-request: a write of one record. */
interface Part {
  of: 'parent' | 'linked'
  operation: 'update' | 'upsert'
  referenceId: string
  url: string
  body: JsonObject
}

/** Members of the form `{"records": [{"attributes": {"type": …}, …}]}`, as Salesforce nests records. */
export function linkedRecords(content: JsonObject): JsonObject[] {
  const members = Object.values(content).filter(holdsRecords)
  return members.flatMap(member => listAt(member, 'records')).filter(isJsonObject)
}

function holdsRecords(member: Json): boolean {
  return isJsonObject(member) && Array.isArray(member['records'])
}

/**
 * A record and those that are linked to it, all or nothing in one composite request; linked ones beyond 24 follow in
 * further requests. Every record is upserted by its external id, so a repeat makes no second one.
 */
export async function writeLinked(access: Access<Settings>, object: string, item: PushItem): Promise<Outcome> {
  const whole = item.remoteId === undefined ? item.content : item.changed
  const own = Object.fromEntries(Object.entries(whole).filter(([, member]) => !holdsRecords(member)))
  const record = inCurrency(access.settings, own)
  if (record === undefined) return refusedCurrency(access.settings)
  const links: Part[] = []
  for (const linked of linkedRecords(whole)) {
    const part = linkedPart(access.settings, linked, links.length)
    if (typeof part === 'string') return { kind: 'rejected', reason: part }
    links.push(part)
  }
  const parent = parentPart(access.settings, object, item, record)
  const written = await composite(access, [parent, ...links.slice(0, REQUESTS_MAX - 1)], item.remoteId)
  if (written.kind !== 'delivered') return written
  for (const rest of chunks(links.slice(REQUESTS_MAX - 1), REQUESTS_MAX)) {
    const more = await composite(access, rest, written.remoteId)
    if (more.kind !== 'delivered') return more
  }
  return written
}

function parentPart(settings: Settings, object: string, item: PushItem, record: JsonObject): Part {
  const base = { of: 'parent' as const, referenceId: 'parent' }
  const path = `${apiPath(settings)}/sobjects/${object}`
  if (item.remoteId !== undefined)
    return { ...base, operation: 'update', url: `${path}/${item.remoteId}`, body: record }
  const { externalIdField } = formOf(settings, object)
  const { [externalIdField]: _, ...body } = record
  return {
    ...base,
    operation: 'upsert',
    url: `${path}/${externalIdField}/${encodeURIComponent(item.externalId)}`,
    body,
  }
}

/** The write of a linked record, or what is missing in it. */
function linkedPart(settings: Settings, linked: JsonObject, place: number): Part | string {
  const { attributes, ...fields } = linked
  const type = textAt(attributes, 'type')
  if (type === undefined) return 'a linked record does not say what it is: attributes.type is missing'
  const { externalIdField } = formOf(settings, type)
  const { [externalIdField]: id, ...body } = fields
  const externalId = textAt(id, '')
  if (externalId === undefined) return `a linked ${type} has no ${externalIdField}: a repeat would make it again`
  const url = `${apiPath(settings)}/sobjects/${type}/${externalIdField}/${encodeURIComponent(externalId)}`
  return { of: 'linked', operation: 'upsert', referenceId: `linked${place}`, url, body }
}

/** Where the parent's id is known it is written out: an update by id answers nothing that could be referred to. */
async function composite(
  access: Access<Settings>,
  parts: readonly Part[],
  parentId: string | undefined,
): Promise<Outcome> {
  const compositeRequest = parts.map(({ url, referenceId, body }) => ({
    method: 'PATCH',
    url,
    referenceId,
    body: parentId === undefined ? body : referring(body, parentId),
  }))
  const json = { allOrNone: true, compositeRequest }
  const result = await exchange(access, { operation: 'upsert', method: 'POST', path: '/composite', json })
  if (!result.ok) return result.outcome
  const replies = listAt(result.reply.json, 'compositeResponse')
  const failed = parts.flatMap((part, index) => failureOf(part, replies[index], access.nowMs()) ?? [])
  // Those that were only rolled back with the bad one say nothing.
  const worst = failed.find(({ isCause }) => isCause) ?? failed[0]
  if (worst !== undefined) return worst.outcome
  const remoteId = parentId ?? textAt(replies[0], 'body.id')
  if (remoteId === undefined) return { kind: 'unknown', reason: 'the reply has no id' }
  return { kind: 'delivered', remoteId: longId(remoteId) }
}

function referring(body: JsonObject, parentId: string): JsonObject {
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, value === PARENT ? parentId : value]))
}

function failureOf(part: Part, reply: Json | undefined, nowMs: number) {
  if (reply === undefined) {
    return { outcome: { kind: 'unknown', reason: 'the reply has no row for each record' } as const, isCause: true }
  }
  const json = valueAt(reply, 'body')
  const text = JSON.stringify(json ?? null)
  const status = Number(valueAt(reply, 'httpStatusCode') ?? 0)
  const outcome = outcomeOfReply({ status, json, text, headers: {} }, part.operation, nowMs)
  if (outcome === undefined) return undefined
  const isCause = !text.includes('PROCESSING_HALTED')
  // What is said of a linked record does not hold for the record itself.
  if (part.of === 'parent' || outcome.kind === 'retry' || outcome.kind === 'disconnected') return { outcome, isCause }
  const why =
    'reason' in outcome ? outcome.reason : `the other record is ${'remoteId' in outcome ? outcome.remoteId : 'gone'}`
  return { outcome: { kind: 'rejected', reason: `${part.referenceId} (${part.url}): ${why}` } as const, isCause }
}
