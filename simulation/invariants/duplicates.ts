import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/**
 * Invariant 6: for one golden record the hub makes no second record in a vendor, also not when people deleted the first. One
 * that they deleted before the hub could learn that its create had arrived is beyond anybody's knowing.
 */
export function checkDuplicates({ vendors, reports }: Evidence): Violation[] {
  const shown = new Set(reports.flatMap(report => (report.rev === undefined ? [] : [report.remoteId])))
  return vendors.flatMap(vendor => {
    const made = [...vendor.records.values()].filter(
      record =>
        record.createdBy === 'hub' &&
        (record.deleted === undefined || (record.deleted === 'people' && shown.has(record.id))),
    )
    return [...Map.groupBy(made, record => `${record.object} ${record.ext}`)]
      .filter(([, records]) => records.length > 1)
      .map(([key, records]) => ({
        invariant: 6,
        message: `${vendor.dialect.system} holds ${records.map(record => record.id).join(', ')}, all made by the hub for ${key}`,
      }))
  })
}
