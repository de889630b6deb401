import type { Violation } from '../contract.ts'
import { unionsAt } from '../model/union.ts'
import type { Vendor, VendorRecord } from '../world/vendors/vendor.ts'
import type { Evidence } from './evidence.ts'

/**
 * Invariant 6: for one golden record the hub makes no second record in a vendor, also not when people deleted the first. One
 * that they deleted before the hub, when it made the next, could know that its create had arrived, or while it was removing
 * it itself, is beyond anybody's knowing, also when they bring it back later; one that they merged into what is another
 * customer's record, since the merge was undone in the hub, or what the hub removed, is there no longer.
 */
export function checkDuplicates(evidence: Evidence): Violation[] {
  const { vendors, reports } = evidence
  const shownMs = new Map<string, number>()
  for (const { rev, remoteId, receivedMs } of reports)
    if (rev !== undefined) shownMs.set(remoteId, Math.min(receivedMs, shownMs.get(remoteId) ?? receivedMs))
  const isAnothers = takenApart(evidence)
  return vendors.flatMap(vendor => {
    const made = [...vendor.records.values()].filter(
      record =>
        record.createdBy === 'hub' &&
        (record.deleted === undefined || (record.deleted === 'people' && record.removalAskedMs === undefined)) &&
        !isAnothers(vendor, record),
    )
    return [...Map.groupBy(made, record => `${record.object} ${record.ext}`)]
      .map(([key, records]): [string, VendorRecord[]] => [
        key,
        records.filter(
          ({ id, deleted, restored }) =>
            (deleted === undefined && !restored) ||
            records.some(other => other.createdMs > (shownMs.get(id) ?? Number.POSITIVE_INFINITY)),
        ),
      ])
      .filter(([, records]) => records.length > 1)
      .map(([key, records]) => ({
        invariant: 6,
        message: `${vendor.dialect.system} holds ${records.map(record => record.id).join(', ')}, all made by the hub for ${key}`,
      }))
  })
}

/** Whether a record was merged away by its people, into one that the hub removed, or that now belongs to another golden record than it was made for. */
function takenApart({ crosswalk, merges }: Evidence): (vendor: Vendor, record: VendorRecord) => boolean {
  const { rootOf } = unionsAt(merges, Number.POSITIVE_INFINITY)
  return (vendor, record) => {
    let last = record
    while (last.mergedInto !== undefined) {
      const into = vendor.records.get(last.mergedInto)
      if (into === undefined) return false
      last = into
    }
    if (last === record || record.ext === undefined) return false
    if (last.deleted === 'hub') return true
    const row = crosswalk.find(one => one.system === vendor.dialect.system && one.remote_id === last.id)
    return row?.golden_id !== null && row !== undefined && rootOf(row.golden_id) !== rootOf(record.ext)
  }
}
