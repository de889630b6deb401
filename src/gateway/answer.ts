import type { ServerResponse } from 'node:http'
import type { Credentials, RawRequest, RefusalCode, Reply, WebhookPart } from '#connector/kit.ts'

export type IntakeProblem =
  | RefusalCode
  | 'unknown_system'
  | 'not_a_source'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'malformed'
  | 'too_many_events'
  | 'overloaded'
  | 'disk_full'
  | 'not_stored'

/** One table from reason code to HTTP status (RFC 9110). */
const STATUS: Record<IntakeProblem, number> = {
  signature_missing: 401,
  signature_wrong: 401,
  timestamp_missing: 401,
  timestamp_stale: 401,
  credentials_missing: 401,
  credentials_wrong: 401,
  origin_refused: 403,
  spam_suspected: 400,
  unknown_system: 404,
  not_a_source: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  malformed: 400,
  too_many_events: 413,
  overloaded: 503,
  disk_full: 503,
  not_stored: 503,
}

/** An answer, and why it is no acceptance, when it is none. */
export interface Answer extends Reply {
  problem?: { code: IntakeProblem; detail: string }
}

/** A problem+json answer (RFC 9457); 503 asks the sender to come back. */
export function problem(code: IntakeProblem, detail: string, status = STATUS[code]): Answer {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (status === 503) headers['retry-after'] = '5'
  return {
    status,
    headers,
    problem: { code, detail },
    body: JSON.stringify({ type: `urn:patchbay:${code}`, title: code.replaceAll('_', ' '), status, code, detail }),
  }
}

/** The answer as the connector wants its senders to see it; the status is the hub's. */
export function dressed(
  answer: Answer,
  webhook: WebhookPart<unknown> | undefined,
  raw: RawRequest,
  credentials: Credentials<unknown>,
): Reply {
  const { status, problem: found } = answer
  if (found === undefined || status < 400) return answer
  const own = webhook?.refusal?.(raw, credentials, { code: found.code, message: found.detail, status })
  if (own === undefined) return answer
  return { status, headers: { ...answer.headers, ...own.headers }, body: own.body ?? answer.body ?? '' }
}

export function accepted(eventIds: readonly string[]): Reply {
  return {
    status: 202,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'accepted', events: eventIds }),
  }
}

export function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed || response.headersSent) return
  const body = reply.body ?? ''
  response.writeHead(reply.status, {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...reply.headers,
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
