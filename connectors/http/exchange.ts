import { classifyFailure, type Operation } from '#connector/classify.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Access } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { Variables } from '#connector/template.ts'
import { authorize } from './auth.ts'
import { classifyByDefault, classifyByRules } from './classify.ts'
import { compiledApi } from './compiled.ts'
import type { ApiSettings, CallSettings, RuleSettings } from './settings.ts'

export type Exchanged = { ok: true; reply: HttpReply } | { ok: false; outcome: Outcome; reply?: HttpReply }

export interface Exchange {
  /** What the call is for: decides what a failure means. */
  operation: Operation
  /** Where it is configured (`objects.contact.create`): names it in messages and in the cache. */
  name: string
  call: CallSettings & { rules?: readonly RuleSettings[] }
  objectRules?: readonly RuleSettings[]
  variables: Variables
  /** The whole address, where the vendor gave it (the next page); instead of the configured path and query. */
  address?: string
}

/** One configured call: filled in, signed in (again, once, when the token expired), sent and classified. */
export async function exchange(access: Access<ApiSettings>, asked: Exchange): Promise<Exchanged> {
  const { settings } = access
  const api = compiledApi(settings)
  const rendered = api
    .call(asked.name, asked.call)
    .render({ settings: settings.variables, ...asked.variables }, access.nowMs())
  if (!rendered.ok) return { ok: false, outcome: { kind: 'rejected', reason: rendered.message } }
  const { headers, query, ...rest } = rendered.value
  const { address } = asked

  let rejectedToken: string | undefined
  for (;;) {
    const authorization = await authorize(access, rejectedToken)
    if (!authorization.ok) return authorization
    const { token, ...signed } = authorization.value
    const reply = await access.http.request({
      ...rest,
      ...(address === undefined ? {} : { url: address }),
      headers: {
        accept: 'application/json',
        ...lowerCase(settings.headers),
        ...lowerCase(headers ?? {}),
        ...signed.headers,
      },
      query: { ...(address === undefined ? query : {}), ...signed.query },
    })
    if (!reply.ok) return { ok: false, outcome: classifyFailure(reply, asked.operation) }
    if (token !== undefined && rejectedToken === undefined && isExpired(access, reply)) {
      rejectedToken = token
      continue
    }
    const view = { operation: asked.operation, reply, nowMs: access.nowMs() }
    const rules = api.rules(asked.name, asked.call.rules, asked.objectRules)
    const outcome = classifyByRules(rules, view) ?? classifyByDefault(view, settings.protocol)
    return outcome ? { ok: false, outcome, reply } : { ok: true, reply }
  }
}

function isExpired({ settings, nowMs }: Access<ApiSettings>, reply: HttpReply): boolean {
  if (settings.expired === undefined) return reply.status === 401
  const variables = { status: reply.status, headers: { ...reply.headers }, body: reply.json }
  const verdict = compiledApi(settings).expression('expired', settings.expired).evaluate(variables, nowMs())
  return verdict.ok && verdict.value === true
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
