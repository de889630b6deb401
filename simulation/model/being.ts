import type { Being, Report } from './report.ts'
import { isOlder, type Order } from './statement.ts'

/**
 * Deletes and restores: a delete counts unless something newer was said; statements from before it are ignored; a newer
 * statement lifts it.
 */
export function beingOf(reports: readonly Report[]): Being {
  let newest: Order | undefined
  let deletedAt: Order | undefined
  const counted: Report[] = []
  for (const report of reports) {
    const { order } = report
    if (report.kind === 'delete' || report.kind === 'merge') {
      // What the hub itself deleted says nothing about the customer; a merge stands whatever was said before.
      if (report.ownDelete) continue
      if (report.kind === 'delete' && newest !== undefined && isOlder(order, newest)) continue
      deletedAt = order
      newest = order
      continue
    }
    if (deletedAt !== undefined && !isOlder(deletedAt, order)) continue
    deletedAt = undefined
    counted.push(report)
    if (newest === undefined || isOlder(newest, order)) newest = order
  }
  return { reports: counted, deleted: deletedAt !== undefined }
}
