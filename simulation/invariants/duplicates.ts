import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/** Invariant 6: for one golden record the hub makes no second living record in a vendor. */
export function checkDuplicates({ vendors }: Evidence): Violation[] {
  return vendors.flatMap(vendor => {
    const made = [...vendor.records.values()].filter(record => record.createdBy === 'hub' && record.deleted !== 'hub')
    return [...Map.groupBy(made, record => `${record.object} ${record.ext}`)]
      .filter(([, records]) => records.length > 1)
      .map(([key, records]) => ({
        invariant: 6,
        message: `${vendor.dialect.system} holds ${records.map(record => record.id).join(', ')}, all made by the hub for ${key}`,
      }))
  })
}
