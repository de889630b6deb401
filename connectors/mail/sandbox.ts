import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { Sandbox } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import { startImap, type Mailbox } from './sandbox-imap.ts'

const USER = 'support@acme.example'
const PASSWORD = 'sandbox-password'

export interface MailSandbox extends Sandbox {
  /** What stands in the INBOX that the hub polls. */
  mailbox: Mailbox
  /** Puts a mail into the INBOX. */
  arrive(raw: string, atMs?: number): void
  /** Answers the next command of this name so, such as `RCPT` with 450; `drop` breaks the connection off. */
  failNext(command: 'MAIL' | 'RCPT' | 'DATA', how: { code: number; message: string } | 'drop'): void
}

/** A mail server with one account: it takes what the hub sends (a Message-ID once), and has an INBOX to poll. */
export async function startSandbox(): Promise<MailSandbox> {
  const sent = new Map<string, JsonObject>()
  const mailbox: Mailbox = { uidValidity: 1, messages: [] }
  const failures = new Map<string, { code: number; message: string } | 'drop'>()
  const sockets = new Set<Socket>()
  const imap = await startImap(mailbox, USER, PASSWORD)

  function failureOf(command: string): Error | 'drop' | undefined {
    const failure = failures.get(command)
    failures.delete(command)
    if (failure === undefined || failure === 'drop') return failure
    return Object.assign(new Error(failure.message), { responseCode: failure.code })
  }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === PASSWORD) done(null, { user: USER })
      else done(Object.assign(new Error('5.7.8 invalid credentials'), { responseCode: 535 }))
    },
    onMailFrom: (_address, _session, done) => done(asError(failureOf('MAIL'))),
    onRcptTo: (_address, _session, done) => done(asError(failureOf('RCPT'))),
    onData(stream, _session, answer) {
      receive(stream).then(answer, answer)
    },
  })
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')

  async function receive(stream: AsyncIterable<Uint8Array>): Promise<Error | null> {
    const chunks: Uint8Array[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const failure = failureOf('DATA')
    if (failure === 'drop') {
      // The mail is here, and the sender does not hear of it.
      await keep(Buffer.concat(chunks))
      sockets.forEach(socket => socket.destroy())
      return null
    }
    if (failure === undefined) await keep(Buffer.concat(chunks))
    return failure ?? null
  }

  async function keep(raw: Buffer): Promise<void> {
    const email = await PostalMime.parse(raw)
    const header = (name: string) => email.headers.find(({ key }) => key === name)?.value ?? null
    sent.set(email.messageId ?? '', {
      messageId: email.messageId ?? '',
      to: email.to?.[0]?.address ?? '',
      subject: email.subject ?? '',
      text: (email.text ?? '').trim(),
      inReplyTo: email.inReplyTo ?? null,
      references: email.references ?? null,
      autoSubmitted: header('auto-submitted'),
    })
  }
  const { port } = server.server.address() as AddressInfo
  return {
    settings: {
      imap: { host: '127.0.0.1', port: imap.port, tls: false, user: USER },
      outgoing: { host: '127.0.0.1', port, tls: 'off', user: USER, from: 'Support <support@acme.example>' },
      ownDomains: ['acme.example'],
    },
    secrets: { imapPassword: [PASSWORD], outgoingPassword: [PASSWORD] },
    records: object => (object === 'notice' ? [...sent.values()] : []),
    mailbox,
    arrive(raw, atMs = Date.now()) {
      mailbox.messages.push({ uid: (mailbox.messages.at(-1)?.uid ?? 0) + 1, raw, atMs })
    },
    failNext: (command, how) => void failures.set(command, how),
    async close() {
      await imap.close()
      await new Promise<void>(closed => server.close(() => closed()))
    },
  }
}

function asError(failure: Error | 'drop' | undefined): Error | null {
  return failure === undefined || failure === 'drop' ? null : failure
}
