import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'
import { type Judged, remoteText } from './judged.ts'

/** Records of different customers are never one golden record. */
export function checkIdentity(evidence: Evidence, judged: ReadonlyMap<string, Judged>): Violation[] {
  const customers = new Map<string, Set<string>>()
  for (const row of evidence.crosswalk) {
    const source = judged.get(remoteText({ ...row, remoteId: row.remote_id }))
    if (row.golden_id === null || source === undefined) continue
    // A record that we made from a golden record without keys is nobody's in particular.
    if (source.record.customer.startsWith('golden ')) continue
    customers.set(
      row.golden_id,
      (customers.get(row.golden_id) ?? new Set()).add(evidence.customers.same(source.record.customer)),
    )
  }
  return [...customers]
    .filter(([, names]) => names.size > 1)
    .map(([golden, names]) => ({ invariant: 7, message: `golden ${golden} holds ${[...names].join(', ')}` }))
}
