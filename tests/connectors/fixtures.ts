import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { HttpClient, HttpFailure, HttpReply } from '#connector/network/http.ts'
import type { Access, Connector, IncomingEvent, PushItem, RawRequest } from '#connector/kit.ts'
import type { Json } from '#model/json.ts'

const request = z.strictObject({
  method: z.string().default('POST'),
  path: z.string().default(''),
  query: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  /** A text is sent as it is, anything else as JSON. */
  body: z.json().default(''),
  remoteAddress: z.string().default('203.0.113.7'),
})

const received = z.strictObject({
  name: z.string(),
  request,
  expect: z.strictObject({
    /** `ok` or the refusal's code; absent when the handshake answers. */
    verdict: z.string().optional(),
    /** Events, each with the members that count; `payload` as JSON. */
    events: z.array(z.record(z.string(), z.json())).optional(),
    malformed: z.boolean().optional(),
    /** Answer of handshake, page or success: status, headers, and `bodyContains`. */
    handshake: z.record(z.string(), z.json()).optional(),
    reply: z.record(z.string(), z.json()).optional(),
  }),
})

const reply = z.union([
  z.strictObject({
    status: z.int(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.json().default(''),
  }),
  z.strictObject({
    failure: z.enum(['connect', 'timeout', 'address_refused', 'too_large', 'protocol']),
    sent: z.boolean(),
  }),
])

const item = z.strictObject({
  externalId: z.string(),
  remoteId: z.string().optional(),
  content: z.record(z.string(), z.json()).default({}),
  changed: z.record(z.string(), z.json()).optional(),
  sent: z.record(z.string(), z.json()).optional(),
  idempotencyKey: z.string().default('key-1'),
  version: z.string().optional(),
})

const pushed = z.strictObject({
  name: z.string(),
  operation: z.enum(['upsert', 'delete', 'archive']).default('upsert'),
  object: z.string(),
  items: z.array(item),
  /** What the vendor answers, call by call; absent: the vendor speaks no HTTP, and only its sandbox is written to. */
  replies: z.array(reply).optional(),
  /** Members that each call must have; `json` is the body. */
  calls: z.array(z.record(z.string(), z.json())).optional(),
  outcomes: z.array(z.record(z.string(), z.json())),
})

const fixture = z.strictObject({
  $comment: z.string().optional(),
  now: z.iso.datetime(),
  /** How far the proof of its accepted requests reaches. */
  proof: z
    .strictObject({ coversBody: z.boolean(), staleAfterSeconds: z.int().optional() })
    .default({ coversBody: false }),
  settings: z.json().default({}),
  secrets: z.record(z.string(), z.array(z.string())).default({}),
  receive: z.array(received).default([]),
  push: z.array(pushed).default([]),
})

export type Fixture = z.infer<typeof fixture>
export type ReceiveCase = z.infer<typeof received>
export type PushCase = z.infer<typeof pushed>
export type Reply = z.infer<typeof reply>

/** All fixtures of a connector folder, by file name. */
export function loadFixtures(dir: string, folder = 'fixtures'): [string, Fixture][] {
  const files = readdirSync(join(dir, folder)).filter(name => name.endsWith('.json'))
  return files.map(name => [name, fixture.parse(JSON.parse(readFileSync(join(dir, folder, name), 'utf8')))])
}

export function rawRequest(system: string, given: ReceiveCase['request']): RawRequest {
  const body = Buffer.from(typeof given.body === 'string' ? given.body : JSON.stringify(given.body))
  return {
    method: given.method,
    path: given.path,
    query: new URLSearchParams(given.query),
    headers: Object.fromEntries(Object.entries(given.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
    publicUrl: `https://hub.example.com/in/${system}${given.path}${given.query === '' ? '' : `?${given.query}`}`,
    remoteAddress: given.remoteAddress,
  }
}

/** An event as fixtures write it: the payload as JSON. */
export function eventForm(event: IncomingEvent): Record<string, unknown> {
  const { payload, ...rest } = event
  return payload === undefined ? rest : { ...rest, payload: JSON.parse(Buffer.from(payload).toString()) as Json }
}

/** Credentials and an HTTP client that answers from the fixture, then with `rest` if there is one, and keeps the calls. */
export function fixtureAccess(connector: Connector<unknown>, given: Fixture, replies: readonly Reply[], rest?: Reply) {
  const calls: unknown[] = []
  const http: HttpClient = {
    request(call) {
      const answer = replies[calls.length] ?? rest
      calls.push(call.json === undefined && typeof call.body === 'string' ? { ...call, json: parsed(call.body) } : call)
      if (answer === undefined)
        throw new Error(`the fixture has no reply for call ${calls.length}: ${call.method} ${call.url}`)
      return Promise.resolve('failure' in answer ? failureOf(answer) : replyOf(answer))
    },
  }
  const access: Access<unknown> = {
    system: connector.manifest.name,
    settings: connector.manifest.settings.parse(given.settings),
    secrets: given.secrets,
    http,
    tokens: { get: async (_, obtain) => (await obtain()).value },
    nowMs: () => Date.parse(given.now),
  }
  return { access, calls }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function failureOf({ failure, sent }: { failure: HttpFailure['kind']; sent: boolean }): HttpFailure {
  return { ok: false, kind: failure, sent, message: failure }
}

function replyOf(answer: { status: number; headers: Record<string, string>; body: Json }): HttpReply {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  return { ok: true, status: answer.status, headers: answer.headers, text, json: parsed(text) }
}

export function pushItem(given: z.infer<typeof item>): PushItem {
  const { remoteId, version, changed, sent, ...rest } = given
  return {
    ...rest,
    changed: changed ?? rest.content,
    ...(remoteId === undefined ? {} : { remoteId }),
    ...(version === undefined ? {} : { version }),
    ...(sent === undefined ? {} : { sent }),
  }
}
