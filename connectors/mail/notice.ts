import { createHash } from 'node:crypto'
import type { PushItem } from '#connector/kit.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { OutgoingSettings } from './settings.ts'

/**
 * The mail of an item. Its Message-ID is made of what makes the item one, so that a repeat bears the same. The first mail of
 * a record is the root of a thread, unless the content says what it answers to.
 */
export function noticeOf(item: PushItem, { from }: OutgoingSettings) {
  const { content, remoteId, externalId, idempotencyKey } = item
  const to = addressesOf(content['to'])
  if (to.length === 0) return undefined
  const name = createHash('sha256')
    .update(JSON.stringify([externalId, idempotencyKey]))
    .digest('hex')
    .slice(0, 32)
  const domain = /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  const inReplyTo = remoteId ?? textAt(content, 'inReplyTo')
  const before = listAt(content, 'references').flatMap(one => textAt(one, '') ?? [])
  const references = [...new Set([...before, ...(inReplyTo === undefined ? [] : [inReplyTo])])]
  const html = textAt(content, 'html')
  return {
    messageId: `<${name}@${domain}>`,
    from,
    to,
    cc: addressesOf(content['cc']),
    subject: textAt(content, 'subject') ?? '',
    text: textAt(content, 'text') ?? '',
    ...(html === undefined ? {} : { html }),
    ...(inReplyTo === undefined ? {} : { inReplyTo: `<${inReplyTo}>` }),
    references: references.map(id => `<${id}>`),
    // So that no out-of-office answers, and two machines do not write to each other for ever (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

function addressesOf(value: Json | undefined): { name: string; address: string }[] {
  return (Array.isArray(value) ? value : [value ?? null]).flatMap(one => {
    const party: JsonObject = isJsonObject(one) ? one : { address: one }
    const address = textAt(party, 'address')
    return address === undefined || !/^[^@\s]+@[^@\s]+$/.test(address)
      ? []
      : [{ name: textAt(party, 'name') ?? '', address }]
  })
}
