import { randomBytes } from 'node:crypto'
import { type Link, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions'
import { rootSpanId, type Tracing } from './tracing.ts'

/** A larger batch names some of its traces; all of them would be larger than what they tell. */
const LINKS_MAX = 64

interface Written {
  name: string
  kind: SpanKind
  traceId: string
  spanId: string
  parentId: string | undefined
  linked: readonly string[]
  attributes: Readonly<Record<string, string | number>>
  durationMs: number
  failed: boolean
}

/**
 * Traces by OpenTelemetry, sent in batches over OTLP/HTTP; a collector that is away costs spans, nothing else. Loaded only where
 * an endpoint is set: without one there is no such code in the process. `OTEL_EXPORTER_OTLP_HEADERS` may hold credentials for it.
 */
export function createOtlpTracing(endpoint: string, role: string): Tracing {
  const next = { traceId: '', spanId: '' }
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'patchbay', 'patchbay.role': role }),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  })
  const tracer = provider.getTracer('patchbay')

  function write({ name, kind, traceId, spanId, parentId, linked, attributes, durationMs, failed }: Written): void {
    next.traceId = traceId
    next.spanId = spanId
    const endedAtMs = Date.now()
    const parent =
      parentId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(traceId, parentId))
    const links: Link[] = linked.slice(0, LINKS_MAX).map(id => ({ context: contextOf(id, rootSpanId(id)) }))
    const span = tracer.startSpan(
      name,
      { kind, attributes: { ...attributes }, links, startTime: endedAtMs - durationMs },
      parent,
    )
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endedAtMs)
  }

  return {
    began({ kind, traceId, parentId, ...ended }) {
      const spanKind = kind === 'receive' ? SpanKind.SERVER : SpanKind.CLIENT
      write({ ...ended, name: kind, kind: spanKind, traceId, spanId: rootSpanId(traceId), parentId, linked: [] })
    },
    batch({ stage, traceIds, ...ended }) {
      const ids = [...new Set(traceIds)]
      const [only, ...others] = ids
      const alone = only !== undefined && others.length === 0
      write({
        ...ended,
        name: stage,
        kind: SpanKind.INTERNAL,
        traceId: alone ? only : newId(16),
        spanId: newId(8),
        parentId: alone ? rootSpanId(only) : undefined,
        linked: alone ? [] : ids,
      })
    },
    call(name, traceIds) {
      const [first = newId(16), ...others] = new Set(traceIds)
      const spanId = newId(8)
      return {
        spanId,
        end: ended =>
          write({
            ...ended,
            name,
            kind: SpanKind.CLIENT,
            traceId: first,
            spanId,
            parentId: rootSpanId(first),
            linked: others,
          }),
      }
    },
    close: () => provider.shutdown().catch(() => undefined),
  }
}

function contextOf(traceId: string, spanId: string) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true }
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
