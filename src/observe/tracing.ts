import type { Stage } from '#model/stages.ts'

/**
 * Traces of the hub, where somebody asked for them. The trace id of an event is stored with it and with all that becomes of it,
 * so that a trace survives the stages, restarts and retries between a webhook and the calls that it causes. Of the spans in
 * between nothing is stored: what began a trace has a span id that follows from the trace id.
 */
export interface Tracing {
  /** What began a trace: a request, or a poll. `parentId`: the sender's span. */
  began(span: Ended & { kind: 'receive' | 'poll'; traceId: string; parentId?: string | undefined }): void
  /** A batch of a stage. Of one row it belongs to its trace; of many it is a trace of its own, linked to theirs. */
  batch(span: Ended & { stage: Stage; traceIds: readonly string[] }): void
  /** A call to a vendor. Asked for before it is made, since the vendor is told its span id. */
  call(name: 'call' | 'read back', traceIds: readonly string[]): CallSpan
  close(): Promise<void>
}

export interface CallSpan {
  readonly spanId: string
  end(ended: Ended): void
}

/** How something ended. */
interface Ended {
  /** Ids and names only, never what people wrote. */
  attributes: Readonly<Record<string, string | number>>
  durationMs: number
  failed: boolean
}

/** The span that began a trace. The right half: senders of 64 bit ids fill the left one with noughts. */
export const rootSpanId = (traceId: string): string => traceId.slice(16)

/** The W3C header that tells whom we call what they are a part of. */
export const traceparentOf = (traceId: string, spanId = rootSpanId(traceId)): string => `00-${traceId}-${spanId}-01`

/** The sender's span in a `traceparent`, undefined when there is none that is valid. */
export function parentIdOf(traceparent: string | undefined): string | undefined {
  const match = /^[0-9a-f]{2}-[0-9a-f]{32}-([0-9a-f]{16})-/.exec(traceparent ?? '')
  return match?.[1] === '0'.repeat(16) ? undefined : match?.[1]
}

/** What a call's span says of it. */
export function callSpan(
  call: { system: string; object: string; operation: string; outcome: string },
  durationMs: number,
): Parameters<CallSpan['end']>[0] {
  const { system, object, operation, outcome } = call
  return {
    attributes: {
      'patchbay.system': system,
      'patchbay.object': object,
      'patchbay.operation': operation,
      'patchbay.outcome': outcome,
    },
    durationMs,
    failed: ['retry', 'unknown', 'rejected', 'disconnected'].includes(outcome),
  }
}
