import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface StoredMessage {
  uid: number
  raw: string
  atMs: number
}

/** What a mailbox holds; changing `uidValidity` makes all UIDs new, as when a folder is rebuilt. */
export interface Mailbox {
  uidValidity: number
  messages: StoredMessage[]
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A small IMAP4rev1 server (RFC 3501) with one folder, INBOX: enough for a client that reads new mail. */
export async function startImap(mailbox: Mailbox, user: string, password: string) {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    socket.write('* OK [CAPABILITY IMAP4rev1] ready\r\n')
    let pending = ''
    socket.on('data', data => {
      pending += data.toString('latin1')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        socket.write(answer(line, mailbox, [user, password]), 'latin1')
        if (/^\S+ LOGOUT/i.test(line)) socket.end()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(line: string, mailbox: Mailbox, account: readonly [string, string]): string {
  const [, tag = '*', name = '', rest = ''] = /^(\S+) ((?:UID )?\S+) ?(.*)$/i.exec(line) ?? []
  const command = name.toUpperCase()
  const done = (text: string, more = '') => `${more}${tag} ${text}\r\n`
  switch (command) {
    case 'CAPABILITY':
      return done('OK done', '* CAPABILITY IMAP4rev1\r\n')
    case 'LOGIN':
      return done(isAccount(rest, account) ? 'OK signed in' : 'NO [AUTHENTICATIONFAILED] invalid credentials')
    case 'LIST':
    case 'LSUB':
      return done('OK done', /"?"?INBOX|\*|%/i.test(rest) ? `* ${command} (\\HasNoChildren) "/" INBOX\r\n` : '')
    case 'EXAMINE':
    case 'SELECT':
      return /^"?INBOX"?/i.test(rest)
        ? done('OK [READ-ONLY] done', opened(mailbox))
        : done('NO [NONEXISTENT] no such folder')
    case 'UID SEARCH':
      return done(
        'OK done',
        `* SEARCH ${search(rest, mailbox)
          .map(message => message.uid)
          .join(' ')}\r\n`,
      )
    case 'UID FETCH':
      return done('OK done', fetched(rest, mailbox))
    case 'LOGOUT':
      return done('OK bye', '* BYE\r\n')
    default:
      return done('OK done')
  }
}

function isAccount(rest: string, account: readonly [string, string]): boolean {
  return rest.replaceAll('"', '') === account.join(' ')
}

function opened({ messages, uidValidity }: Mailbox): string {
  const next = (messages.at(-1)?.uid ?? 0) + 1
  return (
    `* FLAGS (\\Seen)\r\n* ${messages.length} EXISTS\r\n* 0 RECENT\r\n` +
    `* OK [UIDVALIDITY ${uidValidity}] ok\r\n* OK [UIDNEXT ${next}] ok\r\n`
  )
}

/** `UID n:*` and `SINCE 1-Nov-2026`; the star names the last mail whatever its UID. */
function search(rest: string, { messages }: Mailbox): StoredMessage[] {
  const [, from = '1'] = /UID (\d+):\*/i.exec(rest) ?? []
  const [, day, month = '', year] = /SINCE "?(\d+)-(\w{3})-(\d{4})/i.exec(rest) ?? []
  const sinceMs = year === undefined ? 0 : Date.UTC(Number(year), MONTHS.indexOf(month), Number(day))
  const last = messages.at(-1)?.uid
  return messages.filter(({ uid, atMs }) => (uid >= Number(from) || uid === last) && atMs >= sinceMs)
}

function fetched(rest: string, { messages }: Mailbox): string {
  const wanted = (/^(\S+)/.exec(rest)?.[1] ?? '').split(',').map(range => range.split(':').map(Number))
  const max = Number(/BODY\.PEEK\[\]<0\.(\d+)>/i.exec(rest)?.[1] ?? Infinity)
  const isWanted = (uid: number) => wanted.some(([first = 0, end = first]) => uid >= first && uid <= end)
  return messages.flatMap((message, at) => (isWanted(message.uid) ? [fetchedOne(message, at + 1, max)] : [])).join('')
}

function fetchedOne({ uid, raw, atMs }: StoredMessage, sequence: number, max: number): string {
  const bytes = Buffer.from(raw).subarray(0, max).toString('latin1')
  const at = new Date(atMs)
  const day = `${String(at.getUTCDate()).padStart(2, ' ')}-${MONTHS[at.getUTCMonth()] ?? ''}-${at.getUTCFullYear()}`
  const part = max === Infinity ? 'BODY[]' : 'BODY[]<0>'
  const date = `INTERNALDATE "${day} ${at.toISOString().slice(11, 19)} +0000"`
  return `* ${sequence} FETCH (UID ${uid} ${date} ${part} {${bytes.length}}\r\n${bytes})\r\n`
}
