import PostalMime, { type Address, type Email } from 'postal-mime'
import { htmlText } from '#connector/html-text.ts'
import { messageIds } from './compose.ts'
import type { AttachmentFacts, Party, ReadMail } from './mail.ts'

const REPORT_TYPES = [
  'message/delivery-status',
  'message/global-delivery-status',
  'message/feedback-report',
  'message/rfc822',
  'text/rfc822-headers',
]
const REPORT_CHARS_MAX = 64 * 1024
const NESTING_MAX = 50

/** Reads a mail as it went over the wire (RFC 5322, MIME). Rejects on what is deeper than any mail. */
export async function readMime(raw: Uint8Array, envelope: ReadMail['envelope']): Promise<ReadMail> {
  const email = await PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: NESTING_MAX })
  const headers = new Map(email.headers.toReversed().map(({ key, value }) => [key, value]))
  const from = partyOf(email.from)
  const [replyTo] = partiesOf(email.replyTo)
  const [inReplyTo] = messageIds(email.inReplyTo)
  const date = isoDate(email.date)
  return {
    messageId: messageIds(email.messageId)[0],
    references: messageIds(email.references),
    to: partiesOf(email.to),
    cc: partiesOf(email.cc),
    text: email.text ?? htmlText(email.html ?? ''),
    attachments: email.attachments.map(attachmentFacts),
    envelope,
    headers,
    reports: reportsOf(email),
    ...(from === undefined ? {} : { from }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(date === undefined ? {} : { date }),
    ...(email.subject === undefined ? {} : { subject: email.subject }),
  }
}

function reportsOf({ attachments }: Email): ReadMail['reports'] {
  const reports = attachments.filter(({ mimeType }) => REPORT_TYPES.includes(mimeType))
  return new Map(reports.map(({ mimeType, content }) => [mimeType, textOf(content).slice(0, REPORT_CHARS_MAX)]))
}

function textOf(content: Email['attachments'][number]['content']): string {
  return typeof content === 'string' ? content : Buffer.from(new Uint8Array(content)).toString('utf8')
}

function attachmentFacts(attachment: Email['attachments'][number]): AttachmentFacts {
  const { filename, mimeType, disposition, related, content } = attachment
  return {
    ...(filename === null ? {} : { name: filename }),
    type: mimeType,
    bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    inline: disposition === 'inline' || related === true,
  }
}

function partyOf(address: Address | undefined): Party | undefined {
  return address === undefined ? undefined : partiesOf([address])[0]
}

/** Groups as their members; addresses in lower case, as everybody writes to them. */
export function partiesOf(addresses: readonly Address[] | undefined): Party[] {
  return (addresses ?? []).flatMap(one => {
    if (one.group !== undefined) return partiesOf(one.group)
    const address = (one.address ?? '').trim().toLowerCase()
    if (address === '') return []
    return [{ address, ...(one.name === '' ? {} : { name: one.name }) }]
  })
}

/** The sender's clock; undefined where it cannot be read. */
export function isoDate(text: string | undefined): string | undefined {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
