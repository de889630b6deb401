import type { Log } from './log.ts'

export interface BoundedLines {
  /** Writes the line now, or counts it when this second has had its share. `reason` groups what is counted. */
  write(reason: string, fields: Readonly<Record<string, unknown>>): void
  /** Writes what is still counted. */
  close(): void
}

const WINDOW_MS = 1_000

/**
 * Lines that outsiders can cause: at most `linesMax` a second, then one that sums up the rest of the second by reason, so
 * that a flood fills no disk and hides nothing.
 */
export function createBoundedLines(
  log: Pick<Log, 'info'>,
  options: { unit: string; message: string; linesMax?: number },
): BoundedLines {
  const { unit, message, linesMax = 20 } = options
  let written = 0
  let counted = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  function endWindow(): void {
    clearTimeout(timer)
    timer = undefined
    written = 0
    if (counted.size === 0) return
    const more = [...counted.values()].reduce((sum, count) => sum + count, 0)
    log.info({ unit, more, reasons: Object.fromEntries(counted) }, `${message}: more of them in the same second`)
    counted = new Map()
  }

  return {
    write(reason, fields) {
      timer ??= setTimeout(endWindow, WINDOW_MS).unref()
      written += 1
      if (written <= linesMax) log.info({ unit, ...fields }, message)
      else counted.set(reason, (counted.get(reason) ?? 0) + 1)
    },
    close: endWindow,
  }
}
