import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/** Of the living remote records of one golden record in one (system, object) exactly one is primary. */
export function checkPrimaries({ crosswalk, goldens }: Evidence): Violation[] {
  const active = new Set(goldens.flatMap(golden => (golden.state === 'active' ? [golden.id] : [])))
  const living = crosswalk.filter(
    row => row.golden_id !== null && active.has(row.golden_id) && row.alias_of === null && !row.tombstone,
  )
  return [...Map.groupBy(living, row => `${row.golden_id} in ${row.system}/${row.object}`)].flatMap(([where, rows]) => {
    const primaries = rows.filter(row => row.is_primary)
    if (primaries.length === 1) return []
    const ids = rows.map(row => row.remote_id).join(', ')
    return [{ invariant: 6, message: `golden ${where} has ${primaries.length} primary records of ${ids}` }]
  })
}
