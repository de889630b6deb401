import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RawRequest } from '#connector/kit.ts'
import type { Systems } from '#connector/system.ts'
import { traceIdOf } from '#model/ids.ts'
import type { BoundedLines } from '#observe/bounded-lines.ts'
import type { Metrics } from '#observe/metrics.ts'
import { parentIdOf, type Tracing } from '#observe/tracing.ts'
import { dressed, send } from '../answer.ts'
import { readBody } from './body-reader.ts'
import { createReceive, type ReceiveParts, type Target } from '../receive.ts'
import { createReceivedNotes } from '../received-notes.ts'

export interface IntakeParts extends ReceiveParts {
  systems: Systems
  refusedLines: Pick<BoundedLines, 'write'>
  metrics: Metrics
  tracing?: Tracing | undefined
}

/** Stage 1 behind its HTTP: reads a request, has it received, and answers it. */
export function createIntake(parts: IntakeParts) {
  const { config, systems } = parts
  const receive = createReceive(parts)
  const note = createReceivedNotes(parts)

  return async function intake(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now()
    const target = parseTarget(request.url ?? '/')
    const system = systems.get(target.system)
    const raw = rawRequest(request, target)
    const traceId = traceIdOf(raw.headers.traceparent) ?? parts.ids.traceId()
    const credentials = { settings: system?.config.settings, secrets: system?.config.secrets ?? {} }
    const answered = await receive({ target, system, raw, credentials, traceId }, () =>
      readBody(request, config.limits.bodyBytesMax),
    )
    const reply = dressed(answered, system?.connector.webhook, raw, credentials)
    const name = system === undefined ? 'unknown' : target.system
    if (reply.status === 413) response.setHeader('connection', 'close')
    send(response, reply)
    const { remoteAddress } = raw
    const parentId = parentIdOf(raw.headers.traceparent)
    note({ system: name, answer: answered, status: reply.status, remoteAddress, traceId, parentId, startedMs })
  }

  /** Without its body, which is not read before there is room for it. */
  function rawRequest(request: IncomingMessage, target: Target): RawRequest {
    return {
      method: request.method ?? 'GET',
      path: target.path,
      query: target.query,
      headers: singleHeaders(request),
      body: new Uint8Array(),
      publicUrl: config.hub.publicUrl + (request.url ?? ''),
      remoteAddress: request.socket.remoteAddress ?? '',
    }
  }
}

/** `/in/<system>/<path>?<query>` and `/forms/<system>`. */
function parseTarget(url: string): Target {
  const mark = url.indexOf('?')
  const pathname = mark < 0 ? url : url.slice(0, mark)
  const [, top = '', system = '', ...rest] = pathname.split('/')
  return {
    system: decodeSegment(system),
    path: rest.length === 0 ? '' : `/${rest.join('/')}`,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    page: top === 'forms',
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function singleHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
