import { Transform } from 'node:stream'
import type { Access, PushItem, PushPart } from '#connector/kit.ts'
import { retryOf } from '#connector/classify.ts'
import { openSmtp } from '#connector/network/smtp.ts'
import type { Outcome } from '#connector/outcome.ts'
import { dial, type Dialled } from './dial.ts'
import { noticeOf } from './notice.ts'
import { NOTICE, type OutgoingSettings, type Settings } from './settings.ts'

/** A mail cannot be taken back or changed: newer content is another mail in the same thread. */
export const push: PushPart<Settings> = { batchMax: () => 10, upsert }

async function upsert(
  access: Access<Settings>,
  object: string,
  items: readonly PushItem[],
): Promise<readonly Outcome[]> {
  const { outgoing } = access.settings
  if (object !== NOTICE) return items.map(() => ({ kind: 'rejected', reason: `${object} is read only` }))
  if (outgoing === undefined) return items.map(() => ({ kind: 'rejected', reason: 'settings.outgoing is not set' }))
  const dialled = await dial(access, outgoing)
  if (!dialled.ok) return items.map(() => dialled.outcome)
  const outcomes: Outcome[] = []
  for (const item of items) outcomes.push(await sendNotice(access, dialled, outgoing, item))
  return outcomes
}

/** Signs in and does nothing more; why it could not, else undefined. */
export async function checkOutgoing(access: Access<Settings>, outgoing: OutgoingSettings): Promise<string | undefined> {
  const dialled = await dial(access, outgoing)
  if (!dialled.ok) return 'reason' in dialled.outcome ? dialled.outcome.reason : dialled.outcome.kind
  const transport = openTransport(access, outgoing, dialled)
  try {
    await transport.verify()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    transport.close()
  }
}

function openTransport(
  { secrets }: Access<Settings>,
  { host, port, tls, user }: OutgoingSettings,
  { address, timeoutMs }: Dialled,
) {
  const password = secrets['outgoingPassword']?.[0] ?? ''
  return openSmtp({ host, address, port, tls, user, password, timeoutMs })
}

/** Tells whether the server was given the mail itself, which nodemailer's errors of a broken connection do not. */
function watchBody(transport: ReturnType<typeof openTransport>): { isUnderWay: boolean } {
  const body = { isUnderWay: false }
  transport.use('stream', (mail, done) => {
    mail.message.transform(
      () =>
        new Transform({
          transform(chunk, _encoding, pass) {
            body.isUnderWay = true
            pass(null, chunk)
          },
        }),
    )
    done()
  })
  return body
}

async function sendNotice(
  access: Access<Settings>,
  dialled: Dialled,
  outgoing: OutgoingSettings,
  item: PushItem,
): Promise<Outcome> {
  const notice = noticeOf(item, outgoing)
  if (notice === undefined) return { kind: 'rejected', reason: 'the content has no address in `to`', field: 'to' }
  const url = `smtp://${outgoing.host}:${outgoing.port}`
  const request = `${notice.messageId} to ${JSON.stringify(notice.to)}`
  const startedAtMs = performance.now()
  const transport = openTransport(access, outgoing, dialled)
  const body = watchBody(transport)
  const record = (response: string, status: number | undefined) => {
    const durationMs = Math.round(performance.now() - startedAtMs)
    const exchange = { method: 'SMTP', url, request, response, durationMs }
    access.network?.record(status === undefined ? exchange : { ...exchange, status })
  }
  try {
    const { response } = await transport.sendMail(notice)
    record(response, 250)
    return { kind: 'delivered', remoteId: item.remoteId ?? notice.messageId.slice(1, -1) }
  } catch (error) {
    const failure = failureOf(error)
    record(failure.message, failure.responseCode)
    return outcomeOf(failure, body)
  } finally {
    transport.close()
  }
}

interface Failure {
  code: string
  command: string
  responseCode: number | undefined
  message: string
}

function failureOf(error: unknown): Failure {
  const { code, command, responseCode } = (error ?? {}) as Partial<Record<keyof Failure, unknown>>
  return {
    code: typeof code === 'string' ? code : '',
    command: typeof command === 'string' ? command : '',
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    message: error instanceof Error ? error.message : String(error),
  }
}

/** 4xx passes, as greylisting does; 5xx does not. A connection that breaks after the mail was begun may have carried it. */
function outcomeOf({ code, command, responseCode, message: reason }: Failure, body: { isUnderWay: boolean }): Outcome {
  if (responseCode !== undefined && responseCode < 500) return retryOf(reason)
  // A server without the STARTTLS that the settings want is no server to write to.
  if (code === 'ETLS' || code === 'EAUTH' || responseCode === 530 || responseCode === 535)
    return { kind: 'disconnected', reason }
  if (responseCode === undefined) return body.isUnderWay ? { kind: 'unknown', reason } : retryOf(reason)
  const field = command === 'RCPT TO' ? 'to' : command === 'MAIL FROM' ? 'from' : undefined
  return { kind: 'rejected', reason, ...(field === undefined ? {} : { field }) }
}
