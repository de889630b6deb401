import { createHash } from 'node:crypto'
import { requestBody } from '#connector/inbound/values/locator.ts'
import type {
  Credentials,
  IncomingEvent,
  RawRequest,
  Reply,
  SplitResult,
  Verdict,
  WebhookPart,
} from '#connector/kit.ts'
import { anySecret } from '#connector/signature.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { checkToken, issueToken } from './form-token.ts'
import { corsHeaders, originOf, systemOf } from './origin.ts'
import { fieldsOf, isPlainForm, upTo } from './form-request.ts'
import { formPage } from './page.ts'
import { refusal } from './refusal.ts'
import { OWN_FIELDS, type FormSettings } from './settings.ts'

type Given = Credentials<FormSettings>

export const webhook: WebhookPart<FormSettings> = {
  methods: ['POST'],
  malformedStatus: 400,
  redact: () => ({ headers: ['authorization', 'cookie', 'x-form-token'], query: ['token'], path: false }),
  verify,
  handshake,
  split: (request, { settings }) => splitSubmission(request, settings),
  reply: (request, { settings }) => answer(request, settings),
  refusal,
  page: formPage,
}

const ok: Verdict = { ok: true }

/**
 * Lets a submission pass by the static token (servers), or by a form token or an allowed origin (browsers). A filled
 * honeypot, or a form that was filled faster than people can, is spam; the sender is answered as if it had worked.
 */
function verify(request: RawRequest, { settings, secrets }: Given, nowMs: number): Verdict {
  const origin = originOf(request, settings.allowedOrigins)
  if (origin === 'foreign') {
    const message = `pages of ${(request.headers['origin'] ?? '').slice(0, 100)} may not send; add it to allowedOrigins`
    return { ok: false, code: 'origin_refused', message }
  }
  const given = staticToken(request)
  if (given !== undefined) {
    if (anySecret(secrets['formToken'] ?? [], given)) return ok
    return { ok: false, code: 'credentials_wrong', message: 'the token does not match the secret formToken' }
  }
  const fields = fieldsOf(request)
  const proven =
    settings.proof === 'origin' ? provenByOrigin(origin) : provenByToken(request, fields, { settings, secrets }, nowMs)
  if (!proven.ok) return proven
  const bait = fields[settings.honeypot]
  if (bait !== undefined && bait !== '') {
    return { ok: false, code: 'spam_suspected', message: `the hidden field ${settings.honeypot} was filled` }
  }
  return ok
}

/** Credentials of servers, which hold a secret and open no form. */
function staticToken(request: RawRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  return bearer ?? request.headers['x-form-token'] ?? request.query.get('token') ?? undefined
}

function provenByOrigin(origin: ReturnType<typeof originOf>): Verdict {
  if (origin === 'own' || origin === 'allowed') return ok
  return {
    ok: false,
    code: 'credentials_missing',
    message: 'an Origin of allowedOrigins, or the secret formToken, is expected',
  }
}

function provenByToken(request: RawRequest, fields: JsonObject, { settings, secrets }: Given, nowMs: number): Verdict {
  const token = fields['form_token']
  if (typeof token !== 'string' || token === '') {
    const message = 'a form_token (of the page, or of GET /in/<system>/token), or the secret formToken, is expected'
    return { ok: false, code: 'credentials_missing', message }
  }
  const verdict = checkToken(systemOf(request), token, secrets['formKey'] ?? [], settings.maxAgeSeconds * 1000, nowMs)
  if (!verdict.ok) {
    if (verdict.code === 'wrong') return { ok: false, code: 'credentials_wrong', message: 'the form_token is not ours' }
    return { ok: false, code: 'timestamp_stale', message: 'the form was open for too long; load it again' }
  }
  if (verdict.ageMs >= settings.minFillSeconds * 1000) return ok
  return { ok: false, code: 'spam_suspected', message: 'the form was filled faster than a person can' }
}

/** The CORS preflight, and form tokens for forms on other sites: `GET /in/<system>/token`. */
function handshake(request: RawRequest, { settings, secrets }: Given, nowMs: number): Reply | undefined {
  const cors = corsHeaders(request, settings.allowedOrigins)
  const origin = originOf(request, settings.allowedOrigins)
  if (request.method === 'OPTIONS') {
    if (origin === 'foreign') return { status: 403, headers: cors }
    const preflight = {
      'access-control-allow-methods': 'POST, GET',
      'access-control-allow-headers': 'content-type, x-form-token',
      'access-control-max-age': '600',
    }
    return { status: 204, headers: { ...cors, ...preflight } }
  }
  if (request.method !== 'GET' || request.path !== '/token') return undefined
  const key = secrets['formKey']?.[0]
  if (origin === 'foreign' || key === undefined || key === '') return { status: 403, headers: cors }
  const body = JSON.stringify({ form_token: issueToken(systemOf(request), nowMs, key) })
  return { status: 200, headers: { ...cors, 'content-type': 'application/json', 'cache-control': 'no-store' }, body }
}

function splitSubmission(request: RawRequest, settings: FormSettings): SplitResult {
  const body = requestBody(request)
  if (!body.ok) return { ok: false, code: 'malformed', message: body.message }
  if (!isJsonObject(body.value)) return { ok: false, code: 'malformed', message: 'an object of fields is expected' }
  const fields = filledFields(body.value, settings)
  const payload = Buffer.from(JSON.stringify(fields))
  const event: IncomingEvent = {
    object: settings.object,
    type: 'form.submitted',
    kind: 'fact',
    whole: true,
    payload,
    contentType: 'application/json',
    ...(body.notes.length > 0 ? { notes: body.notes } : {}),
  }
  const id = body.value['submission_id']
  if (typeof id === 'string' && /^[\w-]{8,100}$/.test(id)) {
    event.remoteId = id
    // A double click is a repeat; going back and correcting a field is not, though the page keeps its submission_id.
    event.vendorEventId = `${id}.${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}`
  }
  return { ok: true, events: [event] }
}

/** What the visitor said: trimmed, without blanks, without the form's own fields, with the consent text as evidence. */
function filledFields(sent: JsonObject, settings: FormSettings): JsonObject {
  const own: readonly string[] = [...OWN_FIELDS, settings.honeypot]
  const consents = settings.fields.filter(field => field.type === 'consent' && isTicked(sent[field.name]))
  // The texts are ours: what a page claims to have shown is not believed.
  const claimed = settings.fields
    .filter(field => field.type === 'consent')
    .flatMap(({ name }) => [`${name}_text`, `${name}_version`])
  const entries = Object.entries(sent)
    .filter(([name]) => !own.includes(name) && !claimed.includes(name))
    .map(([name, value]): [string, Json] => [name, trimmed(value)])
    .filter(([, value]) => value !== '' && value !== null)
  const language = sent['language'] === 'zh' ? 'zh' : 'en'
  const evidence = consents.flatMap(({ name, label }): [string, Json][] => [
    [`${name}_text`, label[language]],
    [`${name}_version`, settings.consentVersion],
  ])
  // fromEntries defines members, so that even `__proto__` stays a field.
  return Object.fromEntries([...entries, ...evidence])
}

function isTicked(value: Json | undefined): boolean {
  return value !== undefined && value !== '' && value !== false && value !== null
}

function trimmed(value: Json): Json {
  if (typeof value === 'string') return value.trim()
  return Array.isArray(value) ? value.map(trimmed).filter(one => one !== '') : value
}

/** A page is sent on, a script gets JSON; the answer says nothing that tells a robot from a person. */
function answer(request: RawRequest, settings: FormSettings): Reply {
  const cors = corsHeaders(request, settings.allowedOrigins)
  if (!isPlainForm(request)) {
    return { status: 202, headers: { ...cors, 'content-type': 'application/json' }, body: '{"status":"accepted"}' }
  }
  const language = fieldsOf(request)['language'] === 'zh' ? 'zh' : 'en'
  // Relative, so that it holds behind any proxy and path.
  const location = settings.redirectUrl ?? `${upTo(request)}forms/${systemOf(request)}?sent=1&lang=${language}`
  return { status: 303, headers: { ...cors, location } }
}
