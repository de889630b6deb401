import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { TLSSocket } from 'node:tls'
import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios'
import type { Json } from '#model/json.ts'
import { parseJsonText } from '../body/json.ts'
import { createRedactor, redactUrl, type Exchange } from '../exchange.ts'
import { sharedAgents, type GuardedAgents } from './guarded-agents.ts'
import type { HttpCall, HttpClient, HttpFailure, HttpReply } from './http.ts'

export { closeSharedAgents } from './guarded-agents.ts'
export type { Exchange } from '../exchange.ts'

export interface HttpClientOptions {
  /** Whether private and loopback addresses may be called; link-local and metadata addresses never. */
  allowPrivate: boolean
  /** Whole call, redirects included; `HttpCall.timeoutMs` overrides it. */
  timeoutMs: number
  /** Largest reply, after decompression. */
  bodyBytesMax: number
  /** Called once per call with what may be kept of it. */
  record?: (exchange: Exchange) => void
  /** Values to redact from records wherever they occur. */
  secrets?: readonly string[]
  userAgent?: string
  /** W3C trace context of the work that makes the calls. */
  traceparent?: string
  /** Told of the certificate of each new TLS connection: its host, and when it ends (epoch ms). */
  onCertificate?: (host: string, endsAtMs: number) => void
}

const REDIRECTS_MAX = 3
const NESTING_MAX = 200
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308])

/**
 * The hub's HTTP client. Connections are kept and shared by the process; a client itself costs nothing, so each attempt
 * makes its own. Redirects are followed for GET and HEAD only, each hop under the same guard; proxies of the environment
 * are not used, since they would resolve names themselves.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agents = sharedAgents(options.allowPrivate)
  const redact = createRedactor(options.secrets ?? [])
  return {
    async request(call) {
      const startedAt = performance.now()
      const prepared = prepare(call, options)
      const result = prepared.ok ? await follow(prepared, call, options, agents) : prepared.failure
      options.record?.(exchangeOf(call, prepared, result, performance.now() - startedAt, redact))
      return result
    },
  }
}

type Prepared =
  | { ok: true; method: string; url: URL; headers: Record<string, string>; data: string | Uint8Array | undefined }
  | { ok: false; failure: HttpFailure }
type Ready = Extract<Prepared, { ok: true }>

function prepare(call: HttpCall, options: HttpClientOptions): Prepared {
  const url = URL.parse(call.url)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { ok: false, failure: failure('protocol', false, 'the URL is not an absolute http or https URL') }
  }
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.append(name, value)
  const headers: Record<string, string> = {}
  if (options.userAgent !== undefined) headers['user-agent'] = options.userAgent
  if (options.traceparent !== undefined) headers['traceparent'] = options.traceparent
  let data = call.body
  if (call.json !== undefined) {
    data = JSON.stringify(call.json)
    headers['content-type'] = 'application/json'
    headers['accept'] = 'application/json'
  }
  for (const [name, value] of Object.entries(call.headers ?? {})) headers[name.toLowerCase()] = value
  return { ok: true, method: call.method.toUpperCase(), url, headers, data }
}

async function follow(first: Ready, call: HttpCall, options: HttpClientOptions, agents: GuardedAgents) {
  const deadline = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs)
  const reads = first.method === 'GET' || first.method === 'HEAD'
  let current = first
  for (let hop = 0; ; hop++) {
    let result = await send(current, options, agents, deadline)
    // A kept connection may be closed by the other side just as it is used again; a read is then simply repeated.
    if (reads && result.staleConnection) result = await send(current, options, agents, deadline)
    const reply = result.answer
    const location = reply.ok && reads && REDIRECT_STATUS.has(reply.status) ? reply.headers['location'] : undefined
    if (location === undefined) return reply
    if (hop >= REDIRECTS_MAX) return failure('protocol', true, `more than ${REDIRECTS_MAX} redirects`)
    const url = URL.parse(location, current.url)
    if (
      url === null ||
      !/^https?:$/.test(url.protocol) ||
      (url.protocol === 'http:' && current.url.protocol === 'https:')
    ) {
      return failure('protocol', true, 'redirected to an address that is not http(s), or from https to http')
    }
    current = { ...current, url, headers: redirectHeaders(current, url) }
  }
}

/** Another origin must not see credentials, and which headers carry them only the connector knows: few are kept. */
function redirectHeaders(from: Ready, to: URL): Record<string, string> {
  if (from.url.origin === to.origin) return from.headers
  const kept = ['user-agent', 'traceparent', 'accept', 'accept-language']
  return Object.fromEntries(Object.entries(from.headers).filter(([name]) => kept.includes(name)))
}

/** One hop. `staleConnection`: a kept connection broke before any answer. */
async function send(ready: Ready, options: HttpClientOptions, agents: GuardedAgents, deadline: AbortSignal) {
  const wire: Wire = { sent: false }
  try {
    const response: AxiosResponse<Buffer> = await axios.request(axiosConfig(ready, options, agents, deadline, wire))
    return { answer: replyOf(response), staleConnection: false }
  } catch (problem) {
    const answer = failureOf(problem, wire, deadline)
    return { answer, staleConnection: answer.kind === 'connect' && wire.request?.reusedSocket === true }
  }
}

function axiosConfig(
  ready: Ready,
  options: HttpClientOptions,
  agents: GuardedAgents,
  deadline: AbortSignal,
  wire: Wire,
): AxiosRequestConfig {
  return {
    adapter: 'http',
    method: ready.method,
    url: ready.url.href,
    headers: ready.headers,
    data: ready.data instanceof Uint8Array ? Buffer.from(ready.data) : ready.data,
    responseType: 'arraybuffer',
    maxContentLength: options.bodyBytesMax,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxRedirects: 0,
    proxy: false,
    httpAgent: agents.http,
    httpsAgent: agents.https,
    transport: watchedTransport(ready.url.protocol === 'https:', wire, options.onCertificate),
    signal: deadline,
    validateStatus: null,
    transformRequest: [data => data as unknown],
    transformResponse: [],
  }
}

/** What happened on the connection: a request counts as sent once it stood, since its head is written at once. */
interface Wire {
  sent: boolean
  request?: ClientRequest
}

function watchedTransport(secure: boolean, wire: Wire, onCertificate: HttpClientOptions['onCertificate']) {
  return {
    request(options: RequestOptions, handle: (response: IncomingMessage) => void): ClientRequest {
      const request = secure ? https.request(options, handle) : http.request(options, handle)
      wire.request = request
      request.once('socket', socket => {
        if (request.reusedSocket || (!secure && !socket.connecting)) wire.sent = true
        else
          socket.once(secure ? 'secureConnect' : 'connect', () => {
            wire.sent = true
            if (onCertificate !== undefined && socket instanceof TLSSocket) tellCertificate(socket, onCertificate)
          })
      })
      return request
    },
  }
}

function tellCertificate(socket: TLSSocket, tell: NonNullable<HttpClientOptions['onCertificate']>): void {
  const endsAtMs = Date.parse(socket.getPeerCertificate().valid_to)
  if (!Number.isNaN(endsAtMs)) tell(socket.servername || (socket.remoteAddress ?? ''), endsAtMs)
}

function replyOf(response: AxiosResponse<Buffer>): HttpReply {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    // Only set-cookie arrives as a list; its dates hold commas.
    headers[name.toLowerCase()] = Array.isArray(value) ? value.join('\n') : String(value)
  }
  const text = Buffer.from(response.data).toString('utf8')
  let parsed: { value: Json | undefined } | undefined
  return {
    ok: true,
    status: response.status,
    headers,
    text,
    get json() {
      parsed ??= { value: jsonOf(text) }
      return parsed.value
    },
  }
}

function jsonOf(text: string): Json | undefined {
  if (text === '') return undefined
  const result = parseJsonText(text, NESTING_MAX, [])
  return result.ok ? result.value : undefined
}

/** Classifies what axios or Node threw; anything after the connection stood may have reached the vendor. */
function failureOf(problem: unknown, wire: Wire, deadline: AbortSignal): HttpFailure {
  const cause = problem instanceof Error && problem.cause instanceof Error ? problem.cause : problem
  const code = errorCode(cause) ?? errorCode(problem) ?? ''
  const message = cause instanceof Error ? cause.message : String(cause)
  if (code === 'ADDRESS_REFUSED') return failure('address_refused', false, message)
  if (deadline.aborted) return failure('timeout', wire.sent, wire.sent ? 'no answer in time' : 'no connection in time')
  if (message.includes('maxContentLength')) return failure('too_large', true, message)
  if (code.startsWith('HPE_') || code === 'ERR_INVALID_CHAR' || code === 'Z_DATA_ERROR') {
    return failure('protocol', wire.sent, `${code}: ${message}`)
  }
  return failure('connect', wire.sent, code === '' ? message : `${code}: ${message}`)
}

function errorCode(problem: unknown): string | undefined {
  if (typeof problem !== 'object' || problem === null || !('code' in problem)) return undefined
  return typeof problem.code === 'string' ? problem.code : undefined
}

function failure(kind: HttpFailure['kind'], sent: boolean, message: string): HttpFailure {
  return { ok: false, kind, sent, message }
}

function exchangeOf(
  call: HttpCall,
  prepared: Prepared,
  result: HttpReply | HttpFailure,
  durationMs: number,
  redact: (text: string) => string,
): Exchange {
  const data = prepared.ok ? prepared.data : undefined
  const exchange: Exchange = {
    method: call.method.toUpperCase(),
    url: redactUrl(prepared.ok ? prepared.url.href : call.url, redact),
    durationMs: Math.round(durationMs * 10) / 10,
  }
  if (typeof data === 'string' && data !== '') exchange.request = redact(data)
  else if (data instanceof Uint8Array) exchange.request = redact(Buffer.from(data.subarray(0, 8192)).toString('utf8'))
  if (result.ok) {
    exchange.status = result.status
    if (result.text !== '') exchange.response = redact(result.text)
  } else {
    exchange.failure = result.kind
    exchange.response = redact(result.message)
  }
  return exchange
}
