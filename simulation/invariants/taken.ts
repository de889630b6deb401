import { isJsonObject } from '#model/json.ts'
import { sameCanonical } from '../world/field.ts'
import { canonical, documentOf } from '../world/mapping.ts'
import type { Vendor } from '../world/vendors/vendor.ts'
import type { DeliveryRow, Evidence, GoldenRow } from './evidence.ts'
import { apartOf } from './identity.ts'

export type TakenRightly = (delivery: DeliveryRow, golden: GoldenRow, vendor: Vendor) => boolean

/**
 * Whether a create that met another customer's record rests, and a person is asked, as it must: a person has said that the
 * two are not the same, or nobody writes the address in that record any more, which is a second one of that other customer, or put
 * away with them, or of a customer of whom nobody says an address any more; and it bore this customer's address there. Who corrects it
 * has the delivery retried.
 */
export function takenRightly(evidence: Evidence): TakenRightly {
  const mayBeApart = apartOf(evidence)
  const isUnwritten = (system: string, id: string, goldenId: string): boolean =>
    evidence.crosswalk.some(
      row => row.system === system && row.remote_id === id && row.golden_id === goldenId && !row.is_primary,
    ) || evidence.deliveries.some(row => row.system === system && row.golden_id === goldenId && row.state === 'absent')
  return ({ state, reason, detail }, golden, { dialect }) => {
    if (state !== 'dead' || reason !== 'taken' || !isJsonObject(detail)) return false
    const { goldenId, remoteId } = detail
    if (typeof goldenId !== 'string' || typeof remoteId !== 'string') return false
    const email = dialect.takes[golden.entity].find(({ name }) => name === 'email')
    if (email === undefined) return false
    const holder = evidence.goldens.find(({ id, state }) => id === goldenId && state === 'active')
    const isUnsaid = holder !== undefined && holder.fields[email.name] === undefined
    if (!mayBeApart(golden.id, goldenId) && !isUnsaid && !isUnwritten(dialect.system, remoteId, goldenId)) return false
    const member = dialect.member(email.name)
    const wanted = documentOf(dialect, golden.entity, golden.fields)[member]
    return [...evidence.snapshots.values()].some(({ id, members }) => {
      const held = id === remoteId ? canonical(dialect, email, members[member]?.v) : undefined
      return held !== undefined && sameCanonical(email, held, wanted, dialect.upperCase)
    })
  }
}
