import { DEFAULT_BODY_LIMITS, parseBody } from '#connector/body/body.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import type { Credentials, IncomingEvent, RawRequest, SplitResult, WebhookPart } from '#connector/kit.ts'
import { isJsonObject } from '#model/json.ts'
import { composeMail } from './compose.ts'
import type { Mail, ReadMail } from './mail.ts'
import { readMime } from './mime.ts'
import { readPost } from './posts.ts'
import { ENVELOPE_FROM, ENVELOPE_TO, SMTP } from './receiver.ts'
import { MAIL, PROVIDERS, type Settings } from './settings.ts'

const posts = createWebhookPart<Settings>(settings => settings.in)

/** Reads what the SMTP receiver hands over, and the posts of the services; both become the same form of mail. */
export const webhook: WebhookPart<Settings> = {
  ...posts,
  methods: [...posts.methods, SMTP],
  // A mail that cannot be read is kept as a dead letter: sent again it would be no better.
  malformedStatus: 200,
  verify(request, credentials, nowMs) {
    // What came over SMTP was let in by the receiver, command by command.
    if (request.method === SMTP && credentials.settings.smtp !== undefined) return { ok: true }
    return posts.verify(request, credentials, nowMs)
  },
  handshake(request, credentials, nowMs) {
    return request.method === SMTP ? undefined : posts.handshake?.(request, credentials, nowMs)
  },
  reply: () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' }),
  split,
}

async function split(request: RawRequest, { settings }: Credentials<Settings>): Promise<SplitResult> {
  try {
    const read = await readRequest(request, settings)
    if (read === undefined) return { ok: false, code: 'malformed', message: 'the body is no received mail' }
    return { ok: true, events: [mailEvent(composeMail(read, settings.ownDomains, request.body))] }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, code: 'malformed', message: `the mail cannot be read: ${message}` }
  }
}

async function readRequest(request: RawRequest, settings: Settings): Promise<ReadMail | undefined> {
  const { headers, body, method } = request
  if (method === SMTP) {
    const to = (headers[ENVELOPE_TO] ?? '').split(',').filter(Boolean)
    return await readMime(body, { from: headers[ENVELOPE_FROM] ?? '', to })
  }
  const provider = PROVIDERS.find(name => name === settings.in?.preset)
  const form = parseBody(body, headers['content-type'], DEFAULT_BODY_LIMITS)
  if (provider === undefined || !form.ok || !isJsonObject(form.value)) return undefined
  return await readPost(provider, form.value)
}

/** The same mail for the same recipients is one event, however often it is handed over, as after a greylisting or a lost answer. */
function mailEvent(mail: Mail): IncomingEvent {
  const occurredAtMs = Date.parse(mail.date ?? '')
  return {
    object: MAIL,
    type: mail.kind,
    kind: 'fact',
    remoteId: mail.messageId,
    vendorEventId: [mail.messageId, ...[...mail.envelope.to].sort()].join('|'),
    payload: Buffer.from(JSON.stringify(mail)),
    contentType: 'application/json',
    whole: true,
    ...(Number.isNaN(occurredAtMs) ? {} : { occurredAtMs }),
  }
}
