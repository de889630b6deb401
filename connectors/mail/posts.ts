import { addressParser } from 'postal-mime'
import { htmlText } from '#connector/html-text.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { messageIds } from './compose.ts'
import { isoDate, partiesOf, readMime } from './mime.ts'
import type { AttachmentFacts, ReadMail } from './mail.ts'
import type { PROVIDERS } from './settings.ts'

type Provider = (typeof PROVIDERS)[number]

/** Reads the mail in the post of a service; undefined where the body is no received mail. */
export async function readPost(provider: Provider, body: JsonObject): Promise<ReadMail | undefined> {
  const raw = textAt(body, RAW[provider])
  if (raw !== undefined) return await readMime(Buffer.from(raw), envelopeOf(provider, body))
  return READERS[provider](body)
}

/** Where the whole mail stands when the service is set to post it as it came. */
const RAW: Record<Provider, string> = { mailgun: 'body-mime', sendgrid: 'email', postmark: 'RawEmail' }

const READERS: Record<Provider, (body: JsonObject) => ReadMail | undefined> = {
  mailgun(body) {
    const headers = headerMap(
      listAt(parsed(textAt(body, 'message-headers')), '').map(pair => [0, 1].map(n => textAt(pair, String(n)) ?? '')),
    )
    if (textAt(body, 'recipient') === undefined || textAt(body, 'from') === undefined) return undefined
    const files = Object.entries(body).flatMap(([name, file]) => (/^attachment-\d+$/.test(name) ? fileFacts(file) : []))
    const stored = listAt(parsed(textAt(body, 'attachments')), '').flatMap(storedFacts)
    const reply = textAt(body, 'stripped-text')
    return readMail('mailgun', body, {
      headers,
      from: textAt(body, 'from'),
      to: headers.get('to') ?? textAt(body, 'recipient'),
      cc: headers.get('cc'),
      subject: textAt(body, 'subject'),
      text: textAt(body, 'body-plain'),
      html: textAt(body, 'body-html'),
      attachments: [...files, ...stored],
      ...(reply === undefined ? {} : { cut: { reply, signature: textAt(body, 'stripped-signature') ?? '' } }),
    })
  },

  sendgrid(body) {
    if (textAt(body, 'envelope') === undefined || textAt(body, 'from') === undefined) return undefined
    const lines = (textAt(body, 'headers') ?? '').replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
    const headers = headerMap(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
    const info = valueAt(parsed(textAt(body, 'attachment-info')), '')
    const files = Object.entries(body).flatMap(([name, file]) => {
      if (!/^attachment\d+$/.test(name)) return []
      const inline = textAt(valueAt(info, name), 'content-id') !== undefined
      return fileFacts(file).map(facts => ({ ...facts, inline }))
    })
    return readMail('sendgrid', body, {
      headers,
      from: textAt(body, 'from'),
      to: textAt(body, 'to'),
      cc: textAt(body, 'cc'),
      subject: textAt(body, 'subject'),
      text: textAt(body, 'text'),
      html: textAt(body, 'html'),
      attachments: files,
    })
  },

  postmark(body) {
    // Events of Postmark bear a RecordType, mail none.
    if (textAt(body, 'RecordType') !== undefined || textAt(body, 'From') === undefined) return undefined
    const headers = headerMap(
      listAt(body, 'Headers').map(one => [textAt(one, 'Name') ?? '', textAt(one, 'Value') ?? '']),
    )
    return readMail('postmark', body, {
      headers,
      from: textAt(body, 'From'),
      to: textAt(body, 'To'),
      cc: textAt(body, 'Cc'),
      subject: textAt(body, 'Subject'),
      text: textAt(body, 'TextBody'),
      html: textAt(body, 'HtmlBody'),
      attachments: listAt(body, 'Attachments').flatMap(postmarkFacts),
      fallbackId: textAt(body, 'MessageID'),
      date: textAt(body, 'Date'),
    })
  },
}

interface Posted {
  headers: ReadonlyMap<string, string>
  from: string | undefined
  to: string | undefined
  cc: string | undefined
  subject: string | undefined
  text: string | undefined
  html: string | undefined
  attachments: readonly AttachmentFacts[]
  /** The service's own id, for mail without a Message-ID. */
  fallbackId?: string | undefined
  date?: string | undefined
  cut?: { reply: string; signature: string }
}

function readMail(provider: Provider, body: JsonObject, posted: Posted): ReadMail {
  const { headers, subject, cut } = posted
  const from = parties(posted.from)[0]
  const replyTo = parties(headers.get('reply-to'))[0]
  const inReplyTo = messageIds(headers.get('in-reply-to'))[0]
  const date = isoDate(posted.date ?? headers.get('date'))
  return {
    messageId: messageIds(headers.get('message-id'))[0] ?? posted.fallbackId,
    references: messageIds(headers.get('references')),
    to: parties(posted.to),
    cc: parties(posted.cc),
    text: posted.text ?? htmlText(posted.html ?? ''),
    attachments: posted.attachments,
    envelope: envelopeOf(provider, body),
    headers,
    reports: new Map(),
    ...(from === undefined ? {} : { from }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(date === undefined ? {} : { date }),
    ...(subject === undefined ? {} : { subject }),
    ...(cut === undefined ? {} : { cut }),
  }
}

function envelopeOf(provider: Provider, body: JsonObject): ReadMail['envelope'] {
  const given = provider === 'sendgrid' ? parsed(textAt(body, 'envelope')) : undefined
  const from = { mailgun: textAt(body, 'sender'), sendgrid: textAt(given, 'from'), postmark: undefined }[provider]
  const to = {
    mailgun: [textAt(body, 'recipient')],
    sendgrid: listAt(given, 'to').map(one => textAt(one, '')),
    postmark: [textAt(body, 'OriginalRecipient')],
  }[provider]
  const recipients = to.flatMap(one => one?.split(',') ?? []).map(one => one.trim().toLowerCase())
  return { ...(from === undefined ? {} : { from: from.toLowerCase() }), to: recipients }
}

/** The first of each name counts. */
function headerMap(pairs: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  return new Map(pairs.toReversed().map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]))
}

function parties(text: string | undefined) {
  return partiesOf(addressParser(text ?? ''))
}

/** A file of a form, as the body's reader keeps it. */
function fileFacts(file: Json): AttachmentFacts[] {
  const name = textAt(file, 'filename')
  const type = textAt(file, 'type') ?? 'application/octet-stream'
  return [{ type, bytes: Number(textAt(file, 'size') ?? 0), inline: false, ...(name === undefined ? {} : { name }) }]
}

/** Of Mailgun's `store()`. */
function storedFacts(one: Json): AttachmentFacts[] {
  return fileFacts({
    filename: textAt(one, 'name') ?? null,
    type: textAt(one, 'content-type') ?? null,
    size: valueAt(one, 'size') ?? 0,
  })
}

function postmarkFacts(one: Json): AttachmentFacts[] {
  const facts = fileFacts({
    filename: textAt(one, 'Name') ?? null,
    type: textAt(one, 'ContentType') ?? null,
    size: valueAt(one, 'ContentLength') ?? 0,
  })
  return facts.map(fact => ({ ...fact, inline: textAt(one, 'ContentID') !== undefined }))
}

function parsed(text: string | undefined): Json | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  } catch {
    return undefined
  }
}
