import type { BoundedLines } from '#observe/bounded-lines.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import type { Answer } from './answer.ts'

export interface ReceivedNote {
  /** `unknown` when no such system is configured: names that outsiders make up are no labels. */
  system: string
  answer: Answer
  /** As it was sent. */
  status: number
  remoteAddress: string
  traceId: string
  /** The sender's span, where it told one. */
  parentId?: string | undefined
  startedMs: number
}

/** Counts what came in, however it came, and writes a line of what was refused. */
export function createReceivedNotes(parts: {
  metrics: Metrics
  tracing?: Tracing | undefined
  /** One line per request that was refused or failed, within a bound. */
  refusedLines: Pick<BoundedLines, 'write'>
}): (note: ReceivedNote) => void {
  const { metrics, refusedLines, tracing } = parts
  return ({ system, answer, status, remoteAddress, traceId, parentId, startedMs }) => {
    const durationMs = performance.now() - startedMs
    metrics.requests.inc({ system, result: String(status) })
    metrics.receiveSeconds.observe({}, durationMs / 1000)
    tracing?.began({
      kind: 'receive',
      traceId,
      parentId,
      attributes: { 'patchbay.system': system, 'http.response.status_code': status },
      durationMs,
      failed: status >= 500,
    })
    if (answer.problem === undefined) return
    const { code } = answer.problem
    metrics.refused.inc({ system, reason: code })
    refusedLines.write(code, { system, status, code, remoteAddress, traceId, durationMs: Math.round(durationMs) })
  }
}
