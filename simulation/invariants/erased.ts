import type { Violation } from '../contract.ts'
import type { Erasure } from '../world/people/erasures.ts'
import type { Evidence } from './evidence.ts'

/** A call that was under way when the person was erased may end later. */
const UNDER_WAY_MS = 120_000

/** A person who was erased leaves nothing in the hub but ids, is sent nowhere any more, and does not come back. */
export function checkErased(evidence: Evidence): Violation[] {
  return evidence.erasures
    .flatMap(erasure => [...returned(evidence, erasure), ...kept(evidence, erasure), ...sent(evidence, erasure)])
    .map(message => ({ invariant: 5, message }))
}

function returned({ goldens, crosswalk, sources, deliveries }: Evidence, { goldenId, remoteIds }: Erasure): string[] {
  const golden = goldens.find(({ id }) => id === goldenId)
  const isHers = (row: { remote_id: string }): boolean => remoteIds.includes(row.remote_id)
  return [
    ...(golden?.state === 'erased' ? [] : [`golden ${goldenId} was erased and is ${golden?.state ?? 'not there'}`]),
    ...crosswalk.filter(isHers).map(row => `${row.remote_id} was erased and is known again as ${row.golden_id}`),
    ...sources.filter(isHers).map(row => `${row.remote_id} was erased and has a source record`),
    ...deliveries
      .filter(row => row.golden_id === goldenId)
      .map(row => `golden ${goldenId} was erased and has a delivery to ${row.system}`),
  ]
}

/** Values that are the person's alone, wherever they are still stored. */
function kept(evidence: Evidence, erasure: Erasure): string[] {
  const values = erasure.values.filter(value => !isShared(evidence, erasure, value))
  return evidence.texts.flatMap(({ place, id, atMs, text }) => {
    const underWay = place === 'attempt' && Math.abs((atMs ?? 0) - erasure.doneMs) < UNDER_WAY_MS
    const found = underWay ? undefined : values.find(value => text.replaceAll(' ', '').toLowerCase().includes(value))
    return found === undefined ? [] : [`${found} of golden ${erasure.goldenId} was erased and stands in ${place} ${id}`]
  })
}

/** Somebody else has it too, by a merge in a vendor that the hub was not told of, or too late. */
function isShared({ snapshots, vendors }: Evidence, { remoteIds }: Erasure, value: string): boolean {
  const customerOf = (id: string): string | undefined =>
    vendors.flatMap(({ records }) => records.get(id) ?? [])[0]?.customer
  const own = new Set(remoteIds.map(customerOf))
  return [...snapshots.values()].some(
    ({ id, members }) =>
      !own.has(customerOf(id)) &&
      Object.values(members).some(({ v }) => typeof v === 'string' && v.replaceAll(' ', '').toLowerCase() === value),
  )
}

function sent({ vendors }: Evidence, { goldenId, remoteIds, doneMs }: Erasure): string[] {
  const lastMs = doneMs + UNDER_WAY_MS
  return vendors.flatMap(({ records }) =>
    [...records.values()].flatMap(record => {
      if (record.ext === goldenId && record.createdMs > lastMs)
        return [`golden ${goldenId} was erased and ${record.id} was made for it`]
      const written = Object.values(record.hubValues).some(values => values.some(({ atMs }) => atMs > lastMs))
      return remoteIds.includes(record.id) && written ? [`${record.id} was erased and was written`] : []
    }),
  )
}
