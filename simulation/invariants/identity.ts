import type { Violation } from '../contract.ts'
import { type Unions, unionsAt } from '../model/union.ts'
import { type Never, verdicts } from '../model/verdict.ts'
import type { Evidence, RemoteRow } from './evidence.ts'
import { type Judged, remoteText } from './judged.ts'

/** Kinds of fields that identify a customer, wherever two systems say the same. */
const KEYS = ['email', 'mobile']
/** More remote records than this are never merged for a key alone (policy.keyUsesMax). */
const KEY_USES_MAX = 20

/** Invariant 7: who is one golden record, who is not, and that what was merged comes apart as it was. */
export function checkIdentity(evidence: Evidence, judged: ReadonlyMap<string, Judged>): Violation[] {
  const unions = unionsAt(evidence.merges, Number.POSITIVE_INFINITY)
  const nevers = verdicts(evidence.stewardActs, evidence.merges)
  const mayDiffer = apartOf(evidence)
  return [
    ...mixed(evidence, judged),
    ...strayed(evidence, judged, unions),
    ...nevers.flatMap(never => (never.sure ? joined(never, unions) : [])),
    ...sameKeys(evidence, judged, mayDiffer),
    ...mergedThere(evidence, judged, mayDiffer),
  ].map(message => ({ invariant: 7, message }))
}

/** Whether two golden records may stand apart whatever their records say: a person said so, or they are too large. */
export function apartOf(evidence: Evidence): (left: string, right: string) => boolean {
  const unions = unionsAt(evidence.merges, Number.POSITIVE_INFINITY)
  const nevers = verdicts(evidence.stewardActs, evidence.merges)
  return (left, right) =>
    nevers.some(never => isBetween(never, unions, left, right)) || sizeOf(evidence, left, right) > KEY_USES_MAX
}

/**
 * Records of different customers are never one golden record. A record that we made from a golden record without keys is
 * nobody's in particular: whom its vendor merges it with is one with all that are that golden record.
 */
function mixed(evidence: Evidence, judged: ReadonlyMap<string, Judged>): string[] {
  const rows = evidence.crosswalk.flatMap(row => {
    const source = judgedOf(judged, row)
    if (row.golden_id === null || source === undefined) return []
    const { customer } = source.record
    const isAnybody = customer.startsWith('golden ')
    return [{ goldenId: row.golden_id, customer: evidence.customers.same(customer), isAnybody }]
  })
  return [...Map.groupBy(rows, ({ goldenId }) => goldenId)].flatMap(([goldenId, held]) => {
    const anybody = new Set(held.filter(({ isAnybody }) => isAnybody).map(({ customer }) => customer))
    const names = new Set(held.map(({ customer }) => customer)).difference(anybody)
    return names.size > 1 ? [`golden ${goldenId} holds ${[...names].join(', ')}`] : []
  })
}

/**
 * A remote record stays with the golden record that it first belonged to, whatever that is merged into or taken out of. What
 * the hub made belongs to the golden record that it was made for, but for one made for a person who was erased since, into which its
 * vendor merged another customer's. What came while that held others is of one of them: whose it is, its keys tell.
 */
function strayed(
  { crosswalk, merges, vendors, goldens }: Evidence,
  judged: ReadonlyMap<string, Judged>,
  { rootOf }: Unions,
): string[] {
  const erased = new Set(goldens.flatMap(({ id, state }) => (state === 'erased' ? [id] : [])))
  const homes = new Map<string, readonly string[]>(
    vendors.flatMap(vendor => {
      const survivors = new Set([...vendor.records.values()].map(({ mergedInto }) => mergedInto))
      return [...vendor.records.values()].flatMap(record =>
        record.createdBy === 'hub' && record.ext !== undefined && !(erased.has(record.ext) && survivors.has(record.id))
          ? [[remoteText({ ...record, remoteId: record.id }), [record.ext]]]
          : [],
      )
    }),
  )
  for (const { loserId, fromMs, remotes } of merges)
    for (const remote of remotes) {
      const text = remoteText(remote)
      if (homes.has(text)) continue
      const cameMs = judged.get(text)?.reports[0]?.settledMs ?? fromMs
      homes.set(text, unionsAt(merges, Math.min(cameMs, fromMs - 1)).members(loserId))
    }
  return crosswalk.flatMap(row => {
    if (row.golden_id === null) return []
    const [home = row.golden_id, ...others] = homes.get(remoteText({ ...row, remoteId: row.remote_id })) ?? []
    if ([home, ...others].some(goldenId => rootOf(goldenId) === row.golden_id)) return []
    return [`${row.remote_id} came with golden ${home}, which is ${rootOf(home)} now, and is with ${row.golden_id}`]
  })
}

function joined({ leftId, rightId }: Never, { rootOf }: Unions): string[] {
  return rootOf(leftId) === rootOf(rightId)
    ? [`golden ${leftId} and ${rightId} are never the same, and are both ${rootOf(leftId)}`]
    : []
}

/** Living records that say the same mail address or mobile number are one customer. */
function sameKeys(
  evidence: Evidence,
  judged: ReadonlyMap<string, Judged>,
  mayDiffer: (left: string, right: string) => boolean,
): string[] {
  const rows = evidence.crosswalk.flatMap(row => {
    const source = judgedOf(judged, row)
    if (source === undefined || source.deleted || row.golden_id === null) return []
    return keysOf(source).map(key => ({ key, goldenId: row.golden_id ?? '', remoteId: row.remote_id }))
  })
  return [...Map.groupBy(rows, ({ key }) => key)].flatMap(([key, [first, ...others]]) =>
    others.flatMap(other =>
      first === undefined || first.goldenId === other.goldenId || mayDiffer(first.goldenId, other.goldenId)
        ? []
        : [`${first.remoteId} and ${other.remoteId} both say ${key}, and are ${first.goldenId} and ${other.goldenId}`],
    ),
  )
}

/** What its vendor merged is one customer. */
function mergedThere(
  evidence: Evidence,
  judged: ReadonlyMap<string, Judged>,
  mayDiffer: (left: string, right: string) => boolean,
): string[] {
  return evidence.crosswalk.flatMap(loser => {
    const source = judgedOf(judged, loser)
    const into = source?.record.mergedInto
    if (into === undefined || source?.reports.some(({ kind }) => kind === 'merge') !== true) return []
    const winner = evidence.crosswalk.find(one => one.system === loser.system && one.remote_id === into)
    const [left, right] = [loser.golden_id, winner?.golden_id ?? null]
    if (left === null || right === null || left === right || mayDiffer(left, right)) return []
    return [`${loser.remote_id} was merged into ${into}, and they are ${left} and ${right}`]
  })
}

/** What the source surely says of who it is about. */
function keysOf({ record, slots }: Judged): string[] {
  return KEYS.flatMap(name => {
    const said = new Set((slots.get(name) ?? []).map(({ asserted }) => asserted?.value ?? null))
    const [value] = said
    return said.size === 1 && typeof value === 'string' ? [`${record.entity} ${name} ${value}`] : []
  })
}

function isBetween({ leftId, rightId }: Never, { rootOf }: Unions, left: string, right: string): boolean {
  const ends = [rootOf(leftId), rootOf(rightId)]
  return ends.includes(left) && ends.includes(right)
}

function sizeOf({ crosswalk }: Evidence, ...goldenIds: readonly string[]): number {
  return crosswalk.filter(row => row.golden_id !== null && goldenIds.includes(row.golden_id)).length
}

function judgedOf(judged: ReadonlyMap<string, Judged>, row: RemoteRow): Judged | undefined {
  return judged.get(remoteText({ ...row, remoteId: row.remote_id }))
}
