import type { BoundedLines } from '#observe/bounded-lines.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Answer } from './answer.ts'

export interface ReceivedNote {
  /** `unknown` when no such system is configured: names that outsiders make up are no labels. */
  system: string
  answer: Answer
  /** As it was sent. */
  status: number
  remoteAddress: string
  traceId: string
  startedMs: number
}

/** Counts what came in, however it came, and writes a line of what was refused. */
export function createReceivedNotes(parts: {
  metrics: Metrics
  /** One line per request that was refused or failed, within a bound. */
  refusedLines: Pick<BoundedLines, 'write'>
}): (note: ReceivedNote) => void {
  const { metrics, refusedLines } = parts
  return ({ system, answer, status, remoteAddress, traceId, startedMs }) => {
    const durationMs = performance.now() - startedMs
    metrics.requests.inc({ system, result: String(status) })
    metrics.receiveSeconds.observe({}, durationMs / 1000)
    if (answer.problem === undefined) return
    const { code } = answer.problem
    metrics.refused.inc({ system, reason: code })
    refusedLines.write(code, { system, status, code, remoteAddress, traceId, durationMs: Math.round(durationMs) })
  }
}
