import { createRequire } from 'node:module'
import { type Frame, frame, framesOf, textAt, zeroEnded } from './frames.ts'

/** Statements whose plans may be kept; all else (begin, set, DDL) goes through as it came. */
const PLANNED = /^\s*(?:--[^\n]*\n\s*)*(?:select|insert|update|delete|with)\b/i
const KEPT_MAX = 5_000

/** What a client of the session calls its prepared statements. */
export type ClientNames = Map<string, string>

/**
 * The one session of a PostgreSQL that runs inside this process, spoken to in its wire protocol. Each text is parsed and
 * planned once for all clients and runs: that is ten times as fast.
 */
export interface Session {
  /** Messages up to a Sync or Query in, the server's messages out. */
  exec(messages: readonly Frame[], names: ClientNames): { answer: Buffer; status: 'I' | 'T' | 'E' }
  /** Rows of a statement without parameters, as texts. */
  rows(text: string): (string | null)[][]
  /** True while the database works: its clock is asked then. */
  isBusy(): boolean
}

/** As much of PGlite as is used here. Its own declarations need those of browsers and Emscripten. */
interface Pglite {
  /** Works at once; the promise is for storing to disk, which memory needs not. */
  execProtocolRawStream(
    messages: Uint8Array,
    options: { syncToFs: boolean; onRawData: (bytes: Uint8Array) => void },
  ): Promise<void>
}

async function startPglite(): Promise<Pglite> {
  const { PGlite } = createRequire(import.meta.url)('@electric-sql/pglite') as { PGlite: { create(): Promise<Pglite> } }
  return await PGlite.create()
}

export async function openSession(): Promise<Session> {
  const pglite = await startPglite()
  const kept = new Map<string, string>()
  let busy = false
  let made = 0

  function send(bytes: Uint8Array): Buffer {
    const answer: Buffer[] = []
    busy = true
    void pglite.execProtocolRawStream(bytes, {
      syncToFs: false,
      onRawData: part => void answer.push(Buffer.from(part)),
    })
    busy = false
    return answer.length === 1 && answer[0] !== undefined ? answer[0] : Buffer.concat(answer)
  }

  /** What is to be sent instead of a Parse: itself, nothing when its text is known, or itself under a name to keep. */
  function parsed(message: Frame, names: ClientNames): { sent: Buffer | undefined; added: string | undefined } {
    const name = textAt(message.body, 0)
    const text = textAt(message.body, name.next)
    const key = message.body.toString('latin1', name.next)
    const known = kept.get(key)
    if (known !== undefined) {
      names.set(name.text, known)
      return { sent: undefined, added: undefined }
    }
    const keep = PLANNED.test(text.text) && kept.size < KEPT_MAX
    // A name is never used twice; a statement without one stays so.
    const own = keep || name.text !== '' ? `kept${(made += 1)}` : ''
    if (keep) kept.set(key, own)
    names.set(name.text, own)
    return {
      sent: frame('P', Buffer.concat([zeroEnded(own), message.body.subarray(name.next)])),
      added: keep ? key : undefined,
    }
  }

  function bound(message: Frame, names: ClientNames): Buffer {
    const portal = textAt(message.body, 0)
    const statement = textAt(message.body, portal.next)
    const own = names.get(statement.text) ?? statement.text
    return frame(
      'B',
      Buffer.concat([message.body.subarray(0, portal.next), zeroEnded(own), message.body.subarray(statement.next)]),
    )
  }

  /** A Query of one statement whose plan is worth keeping, as the messages that keep it. */
  function asPrepared(messages: readonly Frame[], names: ClientNames): ReturnType<Session['exec']> | undefined {
    const [query, ...others] = messages
    if (query?.type !== 'Q' || others.length > 0) return undefined
    const { text } = textAt(query.body, 0)
    if (!PLANNED.test(text) || text.includes(';')) return undefined
    const { answer, status } = exec(extended(text), names)
    // The asker did not prepare anything, and hears nothing of it.
    const { frames } = framesOf(answer)
    const heard = frames.filter(({ type }) => type !== '1' && type !== '2' && type !== 'n')
    return { answer: Buffer.concat(heard.map(({ type, body }) => frame(type, body))), status }
  }

  function exec(messages: readonly Frame[], names: ClientNames): ReturnType<Session['exec']> {
    const prepared = asPrepared(messages, names)
    if (prepared !== undefined) return prepared
    const out: Buffer[] = []
    const added: string[] = []
    let skipped = 0
    for (const message of messages) {
      if (message.type === 'P') {
        const parse = parsed(message, names)
        if (parse.sent === undefined) skipped += 1
        else out.push(parse.sent)
        if (parse.added !== undefined) added.push(parse.added)
      } else out.push(message.type === 'B' ? bound(message, names) : frame(message.type, message.body))
    }
    const answer = send(Buffer.concat(out))
    if (added.length > 0 && framesOf(answer).frames.some(({ type }) => type === 'E'))
      for (const key of added) kept.delete(key)
    const status = String.fromCharCode(answer.at(-1) ?? 0)
    if (status !== 'I' && status !== 'T' && status !== 'E') throw new Error('the database did not end its answer')
    return {
      answer: skipped === 0 ? answer : Buffer.concat([...Array.from({ length: skipped }, () => frame('1')), answer]),
      status,
    }
  }

  const own: ClientNames = new Map()
  // Kept statements are planned once: a plan for each use costs more here than a better one saves.
  send(frame('Q', zeroEnded('set plan_cache_mode = force_generic_plan')))
  return {
    exec,
    isBusy: () => busy,
    rows(text) {
      const { answer } = exec(extended(text), own)
      const { frames } = framesOf(answer)
      const failed = frames.find(({ type }) => type === 'E')
      if (failed !== undefined) throw new Error(`${failed.body.toString('utf8').replaceAll('\0', ' ')}\n${text}`)
      return frames.filter(({ type }) => type === 'D').map(({ body }) => columnsOf(body))
    },
  }
}

/** A statement without parameters in the extended protocol. */
function extended(text: string): Frame[] {
  return [
    { type: 'P', body: Buffer.concat([zeroEnded(''), zeroEnded(text), Buffer.alloc(2)]) },
    { type: 'B', body: Buffer.concat([zeroEnded(''), zeroEnded(''), Buffer.alloc(6)]) },
    { type: 'D', body: zeroEnded('P') },
    { type: 'E', body: Buffer.concat([zeroEnded(''), Buffer.alloc(4)]) },
    { type: 'S', body: Buffer.alloc(0) },
  ]
}

/** The columns of a DataRow in text form. */
function columnsOf(body: Buffer): (string | null)[] {
  const columns: (string | null)[] = []
  let at = 2
  for (let left = body.readInt16BE(0); left > 0; left -= 1) {
    const length = body.readInt32BE(at)
    at += 4
    columns.push(length < 0 ? null : body.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return columns
}
