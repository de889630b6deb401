import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { ListenerHost, ListenerPart, RawRequest, Secrets } from '#connector/kit.ts'
import { anySecret } from '#connector/signature.ts'
import type { Settings, SmtpSettings } from './settings.ts'

/** The method of requests that came over SMTP, and the headers that hold their envelope. */
export const SMTP = 'SMTP'
export const ENVELOPE_FROM = 'x-envelope-from'
export const ENVELOPE_TO = 'x-envelope-to'

const RECIPIENTS_MAX = 100
/** RFC 5321, 4.5.3.2: a sender waits ten minutes for the answer after the end of data; a slow one holds a connection. */
const SILENCE_MAX_MS = 120_000
const CLOSE_GRACE_MS = 3_000

/**
 * Takes mail over SMTP. A mail is answered with 250 only when it is stored. What fails on our side is answered 451, so that
 * the sender keeps it and comes back, as it does with any server that greylists; what is refused for good, 550 or 552.
 */
export const listener: ListenerPart<Settings> = {
  open: host => (host.settings.smtp === undefined ? undefined : listen(host, host.settings.smtp)),
}

async function listen(host: ListenerHost<Settings>, smtp: SmtpSettings) {
  const server = createServer(host, smtp)
  server.on('error', error => host.warn(`SMTP: ${error.message}`))
  const listening = once(server.server, 'listening')
  server.listen(smtp.port, smtp.host)
  await listening
  const { address, port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>(closed => server.close(closed))
  return { address: `smtp://${address}:${port}`, close }
}

function createServer(host: ListenerHost<Settings>, smtp: SmtpSettings): SMTPServer {
  const tls = tlsOf(smtp, host.secrets)
  return new SMTPServer({
    ...(smtp.name === undefined ? {} : { name: smtp.name }),
    banner: 'Patchbay',
    ...tls,
    size: smtp.messageBytesMax,
    maxClients: smtp.connectionsMax,
    socketTimeout: SILENCE_MAX_MS,
    closeTimeout: CLOSE_GRACE_MS,
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    authOptional: smtp.auth !== 'required',
    // Passwords go over TLS only; smtp-server refuses AUTH before it.
    disabledCommands: [...(smtp.auth === 'off' ? ['AUTH'] : []), ...(tls === undefined ? ['STARTTLS'] : [])],
    onAuth({ username, password }, _session, answer) {
      const isKnown = username === smtp.user && anySecret(host.secrets['smtpPassword'] ?? [], password ?? '')
      if (isKnown) answer(null, { user: smtp.user })
      else answer(failure(535, '5.7.8 Authentication credentials invalid'))
    },
    onMailFrom(_address, session, answer) {
      const isOpen = smtp.tls === 'required' && !session.secure
      answer(isOpen ? failure(530, '5.7.0 Must issue a STARTTLS command first') : null)
    },
    onRcptTo({ address }, session, answer) {
      if (!isOurs(address, smtp.recipients)) answer(failure(550, '5.1.1 No such recipient here'))
      else if (session.envelope.rcptTo.length >= RECIPIENTS_MAX) answer(failure(452, '4.5.3 Too many recipients'))
      else answer(null)
    },
    onData(stream, session, answer) {
      take(host, stream, session).then(
        refused => answer(refused, refused === null ? '2.0.0 Stored' : undefined),
        (error: unknown) => {
          host.warn(`SMTP: ${error instanceof Error ? error.message : String(error)}`)
          answer(failure(451, '4.3.0 Try again later'))
        },
      )
    },
  })
}

/** Without a certificate there is nothing to offer; undefined: no STARTTLS. */
function tlsOf({ tls }: SmtpSettings, secrets: Secrets): { key: string; cert: string } | undefined {
  const [key, cert] = [secrets['tlsKey']?.[0], secrets['tlsCertificate']?.[0]]
  if (tls !== 'off' && key !== undefined && cert !== undefined) return { key, cert }
  if (tls === 'required') throw new Error('smtp.tls is required, and the secrets tlsKey and tlsCertificate are not set')
  return undefined
}

function isOurs(address: string, recipients: readonly string[]): boolean {
  const lower = address.toLowerCase()
  return recipients.some(known => (known.startsWith('@') ? lower.endsWith(known) : lower === known))
}

/** Reads a mail to its end and hands it over; why it was not taken, null when it is stored. */
async function take(
  host: ListenerHost<Settings>,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Error | null> {
  const chunks: Buffer[] = []
  // Of a mail that is too large the rest is read and dropped, since SMTP has no way to break in.
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer)
  if (stream.sizeExceeded) return failure(552, '5.3.4 Message too big')
  const received = await host.receive(requestOf(Buffer.concat(chunks), session))
  if (received.ok) return null
  return received.again ? failure(451, '4.3.0 Try again later') : failure(550, `5.6.0 ${received.message}`)
}

function requestOf(body: Uint8Array, session: SMTPServerSession): RawRequest {
  const { mailFrom, rcptTo } = session.envelope
  return {
    method: SMTP,
    path: '',
    query: new URLSearchParams(),
    headers: {
      'content-type': 'message/rfc822',
      [ENVELOPE_FROM]: mailFrom === false ? '' : mailFrom.address.toLowerCase(),
      [ENVELOPE_TO]: rcptTo.map(({ address }) => address.toLowerCase()).join(','),
      'x-helo': session.hostNameAppearsAs,
      'x-tls': String(session.secure),
    },
    body,
    publicUrl: '',
    remoteAddress: session.remoteAddress,
  }
}

function failure(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
