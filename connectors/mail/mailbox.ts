import { ImapFlow, type FetchMessageObject } from 'imapflow'
import { retryOf } from '#connector/classify.ts'
import type { Access, PullPart, PullResult, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { valueAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { composeMail } from './compose.ts'
import { dial, type Dialled } from './dial.ts'
import { readMime } from './mime.ts'
import { MAIL, type ImapSettings, type Settings } from './settings.ts'

const PAGE_SIZE = 50
const DAY_MS = 86_400_000

export const pull: PullPart<Settings> = {
  changes,
  canPull: (object, settings) => object === MAIL && settings.imap !== undefined,
}

/**
 * Mail that came since: UIDs grow, as long as the folder's UIDVALIDITY stays; when it changes, the folder is read again from
 * `sinceDays` on. The folder is opened read only: nothing is marked, moved or deleted.
 */
async function changes(access: Access<Settings>, _object: string, cursor: Json | undefined): Promise<PullResult> {
  const { imap, ownDomains } = access.settings
  if (imap === undefined) return { ok: false, outcome: { kind: 'rejected', reason: 'settings.imap is not set' } }
  const opened = await openMailbox(access, imap)
  if (!opened.ok) return opened
  const { client, uidValidity } = opened
  try {
    const known = valueAt(cursor, 'uidValidity') === uidValidity ? Number(valueAt(cursor, 'uid') ?? 0) : 0
    const sinceMs = access.nowMs() - imap.sinceDays * DAY_MS
    const from = known > 0 ? {} : { since: new Date(sinceMs) }
    const found = await client.search({ uid: `${known + 1}:*`, ...from }, { uid: true })
    // `n:*` names the last mail even where its UID is below n.
    const uids = (found || []).filter(uid => uid > known).sort((a, b) => a - b)
    const page = uids.slice(0, PAGE_SIZE)
    const records: RemoteState[] = []
    if (page.length > 0) {
      const query = { uid: true, internalDate: true, source: { maxLength: imap.messageBytesMax } }
      for await (const message of client.fetch(page, query, { uid: true })) {
        records.push(...(await recordOf(message, ownDomains)))
      }
    }
    const uid = page.at(-1) ?? known
    return { ok: true, records, cursor: { uidValidity, uid }, more: uids.length > page.length }
  } catch (error) {
    return { ok: false, outcome: outcomeOf(error) }
  } finally {
    client.close()
  }
}

/** Signs in and looks into the folder; what is wrong, else undefined. */
export async function checkMailbox(access: Access<Settings>, imap: ImapSettings): Promise<string | undefined> {
  const opened = await openMailbox(access, imap)
  if (opened.ok) opened.client.close()
  else return 'reason' in opened.outcome ? opened.outcome.reason : opened.outcome.kind
  return undefined
}

async function openMailbox(
  access: Access<Settings>,
  imap: ImapSettings,
): Promise<{ ok: true; client: ImapFlow; uidValidity: string } | { ok: false; outcome: Outcome }> {
  const dialled = await dial(access, imap)
  if (!dialled.ok) return dialled
  const client = clientOf(access, imap, dialled)
  // A connection that breaks also ends the command that waits for it, which says so.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { uidValidity } = await client.mailboxOpen(imap.folder, { readOnly: true })
    return { ok: true, client, uidValidity: String(uidValidity) }
  } catch (error) {
    client.close()
    return { ok: false, outcome: outcomeOf(error) }
  }
}

function clientOf({ secrets }: Access<Settings>, imap: ImapSettings, { address, timeoutMs }: Dialled): ImapFlow {
  return new ImapFlow({
    host: address,
    servername: imap.host,
    port: imap.port,
    secure: imap.tls,
    auth: { user: imap.user, pass: secrets['imapPassword']?.[0] ?? '' },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  })
}

async function recordOf(
  { source, internalDate }: FetchMessageObject,
  ownDomains: readonly string[],
): Promise<RemoteState[]> {
  if (source === undefined) return []
  const read = await readMime(source, { to: [] })
  const returnPath = /<([^<>]*)>/.exec(read.headers.get('return-path') ?? '')?.[1]
  const to = [read.headers.get('delivered-to') ?? ''].filter(Boolean)
  const envelope = { to, ...(returnPath === undefined ? {} : { from: returnPath }) }
  const mail = composeMail({ ...read, envelope }, ownDomains, source)
  const modifiedAtMs = Date.parse(mail.date ?? String(internalDate ?? ''))
  const state = JSON.parse(JSON.stringify(mail)) as JsonObject
  return [{ remoteId: mail.messageId, state, ...(Number.isNaN(modifiedAtMs) ? {} : { modifiedAtMs }) }]
}

function outcomeOf(error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error)
  const { authenticationFailed, responseText } = (error ?? {}) as {
    authenticationFailed?: unknown
    responseText?: unknown
  }
  const told = typeof responseText === 'string' ? `${reason}: ${responseText}` : reason
  if (authenticationFailed === true) return { kind: 'disconnected', reason: told }
  // A command that the server refused, such as the folder: trying again would not help.
  return typeof responseText === 'string' ? { kind: 'rejected', reason: told } : retryOf(told)
}
