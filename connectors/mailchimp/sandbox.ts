import {
  NOBODY_WATCHES,
  serveSandbox,
  type Sandbox,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxNetwork,
  type SandboxOptions,
  type SandboxWatcher,
} from '#connector/sandbox.ts'
import { basicCredentials } from '#connector/oauth.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { createAudience, objectOf, textOf, type Audience, type Written } from './audience.ts'
import { webhookForm } from './sandbox-webhook.ts'
import { BATCH_MAX, MEMBER } from './settings.ts'

const KEY = '0123456789abcdef0123456789abcdef-us21'
const SECRET = 'sandbox-webhook-secret'
const LIST = 'a6b5da1054'

export interface MailchimpSandbox extends Sandbox {
  network: SandboxNetwork
  audience: Audience
  /** Every call that reached it, such as `PUT /lists/a6b5da1054/members/…`. */
  calls: readonly string[]
  /** Members whose webhooks were sent and taken, as `type email`. */
  sent: readonly string[]
  /** The hub's address; it is probed by GET, as when somebody saves it in Mailchimp. Answers the status. */
  setWebhook(url: string): Promise<number>
  /** What a person does in Mailchimp, or a member by itself; the webhook follows. */
  subscribe(fields: JsonObject): Promise<void>
  unsubscribe(email: string): Promise<void>
  changeAddress(email: string, to: string): Promise<void>
  remove(email: string): Promise<void>
  /** The next calls are answered so. */
  failNext(...answers: SandboxAnswer[]): void
}

/**
 * A stand-in of the Marketing API for one audience: members by hash, address or contact id, PUT with `status_if_new`, lists
 * by last change, tags, batches of 500 with errors one by one, problem documents, and webhooks as forms without signature.
 */
export async function startSandbox({
  nowMs = Date.now,
  watcher = NOBODY_WATCHES,
}: SandboxOptions = {}): Promise<MailchimpSandbox> {
  const audience = createAudience(LIST, { nowMs, watcher })
  const failures: SandboxAnswer[] = []
  const calls: string[] = []
  const sent: string[] = []
  let webhook: string | undefined
  const server = await serveSandbox(call => {
    calls.push(`${call.method} ${call.path.replace('/3.0', '')}`)
    return failures.shift() ?? answer(call, audience, watcher)
  })
  async function tell(type: string, data: JsonObject): Promise<void> {
    if (webhook === undefined) return
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const reply = await fetch(webhook, { method: 'POST', headers, body: webhookForm(type, data, nowMs()) })
    if (!reply.ok) throw new Error(`the webhook was answered with ${reply.status}`)
    sent.push(`${type} ${textOf(data['email'] ?? data['new_email'])}`)
  }
  const memberOf = (email: string): JsonObject => objectOf(audience.find(email))
  return {
    settings: { apiUrl: `${server.url}/3.0`, listId: LIST },
    secrets: { apiKey: [KEY], webhookSecret: [SECRET] },
    records: () => [...audience.members.values()].filter(member => member['status'] !== 'archived'),
    network: server.network,
    audience,
    calls,
    sent,
    close: server.close,
    failNext: (...answers) => void failures.push(...answers),
    async setWebhook(url) {
      webhook = `${url}/${SECRET}`
      return (await fetch(webhook)).status
    },
    async subscribe(fields) {
      const opted = { status: 'subscribed', ip_opt: '192.0.2.1' }
      const written = audience.write({ ...opted, ...fields }, { byApi: false })
      if (!written.ok) throw new Error(written.detail)
      await tell(written.before === undefined ? 'subscribe' : 'profile', written.member)
    },
    async unsubscribe(email) {
      audience.write({ email_address: email, status: 'unsubscribed', left: 'by itself' }, { byApi: false })
      await tell('unsubscribe', { ...memberOf(email), action: 'unsub', reason: 'manual' })
    },
    async changeAddress(email, to) {
      const { id } = memberOf(email)
      audience.write({ email_address: to }, { id: textOf(id), byApi: false })
      await tell('upemail', { new_id: memberOf(to)['unique_email_id'] ?? '', new_email: to, old_email: email })
    },
    async remove(email) {
      const member = memberOf(email)
      audience.archive(textOf(member['id']), { byApi: false })
      await tell('unsubscribe', { ...member, action: 'delete', reason: 'manual' })
    },
  }
}

/** Whatever a reply holds of members is seen. */
function answer(call: SandboxCall, audience: Audience, watcher: SandboxWatcher): SandboxAnswer {
  const given = answerTo(call, audience)
  const { members, new_members: created, updated_members: updated, ...own } = objectOf(given.json)
  const lists = [members, created, updated].flatMap(list => (Array.isArray(list) ? list.map(objectOf) : []))
  for (const { id, email_address: email } of [...lists, own]) if (email !== undefined) watcher.shown(MEMBER, textOf(id))
  return given
}

function answerTo(call: SandboxCall, audience: Audience): SandboxAnswer {
  const allowed = [basicCredentials('patchbay', KEY), `Bearer ${KEY}`]
  if (!/^(Basic|Bearer) /.test(call.headers.authorization ?? '') || !isKnown(call.headers.authorization, allowed)) {
    return problem(
      401,
      'API Key Invalid',
      "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    )
  }
  const path = call.path.replace(/^\/3\.0/, '')
  if (path === '/ping') return { status: 200, json: { health_status: "Everything's Chimpy!" } }
  const [, list, list_id, members, id, ...rest] = path.split('/')
  if (list !== 'lists' || list_id !== LIST) return notFound()
  const body = parsed(call.body)
  if (members === undefined) return ofAudience(call, audience, body)
  if (members !== 'members') return notFound()
  if (id === undefined) return call.method === 'GET' ? listed(call.query, audience) : addOne(audience, body)
  return ofMember(`${call.method} ${rest.join('/')}`, decodeURIComponent(id), audience, body)
}

/** The user name of HTTP Basic may be anything. */
function isKnown(given: string | undefined, allowed: readonly string[]): boolean {
  const basic = /^Basic (.+)$/.exec(given ?? '')?.[1]
  if (basic === undefined) return allowed.includes(given ?? '')
  return Buffer.from(basic, 'base64').toString().split(':')[1] === KEY
}

function ofAudience({ method }: SandboxCall, audience: Audience, body: JsonObject): SandboxAnswer {
  if (method === 'GET') return { status: 200, json: { id: LIST, name: 'Newsletter' } }
  const given = Array.isArray(body['members']) ? body['members'].map(objectOf) : []
  if (given.length > BATCH_MAX) return problem(400, 'Invalid Resource', `At most ${BATCH_MAX} members are allowed.`)
  const created: Json[] = []
  const updated: Json[] = []
  const errors: Json[] = []
  for (const fields of given) {
    const held = audience.find(textOf(fields['email_address']))
    const exists = held !== undefined && held['status'] !== 'archived'
    const refused = exists && body['update_existing'] !== true ? EXISTS : undefined
    const written = refused ?? audience.write(fields, { byApi: true })
    if (written.ok) (exists ? updated : created).push(written.member)
    else errors.push(batchError(textOf(fields['email_address']), written))
  }
  const totals = { total_created: created.length, total_updated: updated.length, error_count: errors.length }
  return { status: 200, json: { new_members: created, updated_members: updated, errors, ...totals } }
}

const EXISTS: Extract<Written, { ok: false }> = {
  ok: false,
  title: 'Member Exists',
  detail: 'is already a list member, do you want to update? please provide update_existing:true in the request body',
  code: 'ERROR_CONTACT_EXISTS',
}

function batchError(email: string, { detail, code, field = '' }: Extract<Written, { ok: false }>): Json {
  return { email_address: email, error: detail, error_code: code, field, field_message: detail }
}

function addOne(audience: Audience, body: JsonObject): SandboxAnswer {
  const held = audience.find(textOf(body['email_address']))
  if (held !== undefined && held['status'] !== 'archived') {
    return problem(
      400,
      'Member Exists',
      `${textOf(body['email_address'])} is already a list member. Use PUT to insert or update list members.`,
    )
  }
  return shown(audience.write(body, { byApi: true }))
}

function ofMember(operation: string, id: string, audience: Audience, body: JsonObject): SandboxAnswer {
  const member = audience.find(id)
  if (operation === 'PUT ') {
    const { status_if_new: status, ...fields } = body
    const isNew = member === undefined || member['status'] === 'archived'
    return shown(audience.write(isNew && status !== undefined ? { ...fields, status } : fields, { id, byApi: true }))
  }
  if (member === undefined) return notFound()
  const hash = textOf(member['id'])
  switch (operation) {
    case 'GET ':
      return { status: 200, json: member }
    case 'PATCH ':
      return shown(audience.write(body, { id: hash, byApi: true }))
    case 'DELETE ':
      if (member['status'] === 'archived') {
        return problem(405, 'Method Not Allowed', 'This list member cannot be removed. Please contact support.')
      }
      audience.archive(hash)
      return { status: 204 }
    case 'POST actions/delete-permanent':
      audience.forget(hash)
      return { status: 204 }
    case 'POST tags':
      audience.setTags(hash, Array.isArray(body['tags']) ? body['tags'] : [])
      return { status: 204 }
    default:
      return problem(405, 'Method Not Allowed', 'The requested method and resource are not compatible.')
  }
}

function listed(query: URLSearchParams, audience: Audience): SandboxAnswer {
  const sinceMs = Date.parse(query.get('since_last_changed') ?? '') || 0
  const status = query.get('status')
  const changedMs = (member: JsonObject) => Date.parse(textOf(member['last_changed']))
  const all = [...audience.members.values()]
    .filter(member => (status === null ? member['status'] !== 'archived' : member['status'] === status))
    .filter(member => sinceMs === 0 || changedMs(member) > sinceMs)
  if (query.get('sort_field') === 'last_changed') all.sort((a, b) => changedMs(a) - changedMs(b))
  const start = Number(query.get('offset') ?? 0)
  const members = all.slice(start, start + Math.min(1000, Number(query.get('count') ?? 10)))
  return { status: 200, json: { members, list_id: LIST, total_items: all.length } }
}

function shown(written: Written): SandboxAnswer {
  if (written.ok) return { status: 200, json: written.member }
  const { title, detail, field } = written
  return problem(400, title, detail, field === undefined ? [] : [{ field, message: detail }])
}

function notFound(): SandboxAnswer {
  return problem(404, 'Resource Not Found', 'The requested resource could not be found.')
}

function problem(status: number, title: string, detail: string, errors: Json[] = []): SandboxAnswer {
  const type = 'https://mailchimp.com/developer/marketing/docs/errors/'
  const instance = '8d0ba7b0-0e4f-4a4e-9b0a-000000000000'
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' }
  return { status, headers, json: { type, title, status, detail, instance, ...(errors.length > 0 ? { errors } : {}) } }
}

function parsed(body: Uint8Array): JsonObject {
  if (body.length === 0) return {}
  return objectOf(JSON.parse(Buffer.from(body).toString('utf8')) as Json)
}
