import { classifyFailure, classifyStatus, reasonOf, retryOf, type Operation } from '#connector/classify.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import { basicCredentials } from '#connector/oauth.ts'
import type { Outcome } from '#connector/outcome.ts'
import { textAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import type { Settings } from './settings.ts'

export interface Call {
  operation: Operation
  method: string
  /** Below the audience: '' is the audience itself. */
  path: string
  query?: Readonly<Record<string, string>>
  json?: Json
}

export type Called = { ok: true; reply: HttpReply } | { ok: false; outcome: Outcome; reply?: HttpReply }

/** One call below the audience, signed in and classified. */
export async function callAudience(access: Access<Settings>, { operation, path, ...call }: Call): Promise<Called> {
  const base = baseUrl(access)
  const authorization = authorizationOf(access)
  if (base === undefined || authorization === undefined) {
    return { ok: false, outcome: { kind: 'disconnected', reason: `no API key, or no data centre in it (${HOW})` } }
  }
  const url = `${base}/lists/${access.settings.listId}${path}`
  const reply = await access.http.request({ ...call, url, headers: { authorization } })
  if (!reply.ok) {
    // Whatever was sent may be there: the echo of an unknown write is known as ours.
    const wrote = reply.sent && call.method !== 'GET'
    const outcome = classifyFailure(reply, operation)
    return { ok: false, outcome: wrote ? { kind: 'unknown', reason: reply.message } : outcome }
  }
  const outcome = classify(reply, operation, access.nowMs())
  return outcome === undefined ? { ok: true, reply } : { ok: false, outcome, reply }
}

const HOW = 'set the secret apiKey to a key such as 0123…-us21, or the setting dataCenter'

function baseUrl({ settings, secrets }: Access<Settings>): string | undefined {
  if (settings.apiUrl !== undefined) return settings.apiUrl.replace(/\/$/, '')
  const dataCenter = settings.dataCenter ?? /-([a-z]{2,4}\d{1,4})$/.exec(secrets['apiKey']?.[0] ?? '')?.[1]
  return dataCenter === undefined ? undefined : `https://${dataCenter}.api.mailchimp.com/3.0`
}

function authorizationOf({ secrets }: Access<Settings>): string | undefined {
  const token = secrets['accessToken']?.[0]
  if (token !== undefined) return `Bearer ${token}`
  const key = secrets['apiKey']?.[0]
  return key === undefined ? undefined : basicCredentials('patchbay', key)
}

/**
 * What a reply means. Problems are told by `title`; 403 with HTML comes from the edge and passes. Writes go by the address,
 * so a server's failure may be followed by the same write.
 */
function classify(reply: HttpReply, operation: Operation, nowMs: number): Outcome | undefined {
  const title = textAt(reply.json, 'title') ?? ''
  const reason = reasonWithFields(reply)
  if (reply.status === 403 && reply.json === undefined) return retryOf(reason)
  // "This list member cannot be removed": for ever, by API.
  if (reply.status === 405) return { kind: 'rejected', reason }
  if (/^Member In Compliance State$/i.test(title)) return { kind: 'rejected', reason, field: 'status' }
  if (/^Forgotten Email Not Subscribed$/i.test(title)) return { kind: 'rejected', reason, field: 'email_address' }
  const field = textAt(reply.json, 'errors.0.field')
  if (reply.status === 400 && field !== undefined) return { kind: 'rejected', reason, field }
  return classifyStatus(reply, { operation, nowMs, reason })
}

function reasonWithFields(reply: HttpReply): string {
  const field = textAt(reply.json, 'errors.0.field')
  const message = textAt(reply.json, 'errors.0.message')
  return field === undefined ? reasonOf(reply) : `${reasonOf(reply)} (${field}: ${message ?? ''})`
}
