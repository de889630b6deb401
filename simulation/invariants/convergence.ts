import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { Violation } from '../contract.ts'
import type { Dialect } from '../world/vendors/dialect.ts'
import { type Field, objectOf, sameCanonical } from '../world/field.ts'
import { canonical, documentOf, refusalOf } from '../world/mapping.ts'
import type { Held } from '../world/truth.ts'
import type { Vendor, VendorRecord } from '../world/vendors/vendor.ts'
import type { DeliveryRow, Evidence, GoldenRow, RemoteRow } from './evidence.ts'
import { type Judged, remoteText } from './judged.ts'
import { type TakenRightly, takenRightly } from './taken.ts'

/** Until then all processes of the hub have started with new files. */
const PUBLISHED_MS = 60_000

/** Invariant 4: every vendor record that must exist holds what the outbound mapping of its golden record says, in its own rendering. */
export function checkConvergence(evidence: Evidence, judged: ReadonlyMap<string, Judged>): Violation[] {
  const isTaken = takenRightly(evidence)
  return evidence.goldens
    .filter(golden => golden.state === 'active')
    .flatMap(golden => evidence.vendors.flatMap(vendor => checkRecord(evidence, judged, isTaken, golden, vendor)))
}

function checkRecord(
  evidence: Evidence,
  judged: ReadonlyMap<string, Judged>,
  isTaken: TakenRightly,
  golden: GoldenRow,
  vendor: Vendor,
): Violation[] {
  const { dialect } = vendor
  const wrong = (message: string): Violation[] => [
    { invariant: 4, message: `golden ${golden.id} in ${dialect.system}: ${message}` },
  ]
  const delivery = evidence.deliveries.find(one => one.golden_id === golden.id && one.system === dialect.system)
  const routed = isRouted(dialect, golden)
  if (delivery === undefined) return routed ? wrong('it is on its route and has no delivery') : []
  // What left for a consent was told so by a last write, by the mapping of then.
  const isLast =
    dialect.route.condition === 'consent' &&
    delivery.reason === 'route_exit' &&
    delivery.state === 'frozen' &&
    (delivery.settledMs ?? 0) > dialect.consentsSinceMs + PUBLISHED_MS
  if (!routed && !isLast) return []
  const remote = primaryOf(evidence, golden, dialect)
  const refused = refusalOf(dialect, documentOf(dialect, golden.entity, golden.fields)) !== undefined
  if (remote === undefined) {
    const explained = isExplained(delivery, refused) || isTaken(delivery, golden, vendor)
    return explained ? [] : wrong(`it has no record, its delivery is ${stateText(delivery)}`)
  }
  const record = vendor.records.get(remote.remote_id)
  if (record === undefined) return wrong(`${remote.remote_id} never existed`)
  if (record.deleted !== undefined || (!isLast && isExplained(delivery, refused))) return []
  const source = judged.get(remoteText({ ...remote, remoteId: remote.remote_id }))
  const fields = dialect.takes[golden.entity].filter(({ kind }) => !isLast || (kind === 'consent' && remote.sent))
  return differences(evidence, golden, vendor, record, source, fields).flatMap(difference =>
    wrong(`${record.id} ${difference}; its delivery is ${stateText(delivery)}`),
  )
}

export function isRouted({ route }: Dialect, golden: GoldenRow): boolean {
  if (golden.entity === 'account' || route.condition === 'none') return true
  if (route.condition === 'language') return golden.fields['language'] !== 'de'
  return !JSON.stringify(golden.fields['consents'] ?? []).includes('denied')
}

/** The remote record of a golden record that the hub writes in a system. */
export function primaryOf(evidence: Evidence, golden: GoldenRow, { system }: Dialect): RemoteRow | undefined {
  const own = evidence.crosswalk.filter(
    row =>
      row.golden_id === golden.id &&
      row.system === system &&
      row.object === objectOf(golden.entity) &&
      row.alias_of === null &&
      !row.tombstone,
  )
  return own.find(row => row.is_primary) ?? own[0]
}

/** States that a person can read an honest reason from, and in which nothing more is to be written. */
export function isExplained(delivery: DeliveryRow, refused = false): boolean {
  if (delivery.state === 'held' || delivery.state === 'frozen') return true
  if (delivery.state === 'dead') return delivery.reason === 'rejected' && refused
  return delivery.state === 'absent' && delivery.reason === 'deleted_there'
}

export function stateText(delivery: DeliveryRow): string {
  return `${delivery.state}${delivery.reason === null ? '' : ` (${delivery.reason})`}`
}

function differences(
  evidence: Evidence,
  golden: GoldenRow,
  vendor: Vendor,
  record: VendorRecord,
  source: Judged | undefined,
  fields: readonly Field[],
): string[] {
  const { dialect } = vendor
  const document = { ...documentOf(dialect, golden.entity, golden.fields), ...linkDocument(evidence, golden, dialect) }
  return fields.flatMap(field => {
    const member = dialect.member(field.name)
    const wanted = document[member]
    const held = record.members[member]
    if (wanted === undefined) return []
    if (held !== undefined && held.by !== 'hub' && !isTold(field, dialect, source, member, held.rev)) return []
    if (held !== undefined && held.by !== 'hub' && mayBeLateEcho(field, dialect, source, held)) return []
    if (held !== undefined && held.by !== 'hub' && isSeenLast(field, dialect, source, wanted)) return []
    const found = canonical(dialect, field, held?.v) ?? null
    const isKept =
      held !== undefined && (held.by !== 'hub' || isGivenBack(field, dialect, source?.slots, { found, wanted }))
    if (isKept && dialect.route.losingEdits === 'keepLocal') return []
    if (field.kind === 'link' && (held?.v === wanted || isOwnChoice(golden.fields[field.name], dialect, held)))
      return []
    if (sameHeld(field, dialect, found, field.kind === 'consent' ? [consentOf(wanted)] : wanted)) return []
    return [
      `holds ${member} ${JSON.stringify(held?.v ?? null)} (by ${held?.by ?? 'nobody'}), wanted ${JSON.stringify(wanted)}`,
    ]
  })
}

/**
 * Its people's own last statement, which a route lets them keep: a vendor that takes whole documents gets it back, also
 * where a write that was decided without knowing of it had come over it.
 */
export function isGivenBack(
  field: Field,
  dialect: Pick<Dialect, 'writes' | 'upperCase'>,
  slots: Judged['slots'] | undefined,
  { found, wanted }: { found: Json; wanted: Json },
): boolean {
  if (dialect.writes !== 'whole' || field.kind === 'link' || field.kind === 'consent') return false
  const isSaid = (slot: string, value: Json, same: (left: Json, right: Json) => boolean): boolean =>
    (slots?.get(slot) ?? []).some(({ asserted }) => asserted !== undefined && same(asserted.value, value))
  if (field.kind !== 'tags') return isSaid(field.name, found, (said, value) => sameHeld(field, dialect, value, said))
  // Of a union they said each element: that it is there, or that it is not.
  const [held, due] = [elementsOf(found), elementsOf(wanted)]
  return [...held.symmetricDifference(due)].every(element =>
    isSaid(`${field.name}#${element}`, held.has(element) ? true : null, Object.is),
  )
}

function elementsOf(list: Json): Set<string> {
  return new Set(Array.isArray(list) ? list.filter(element => typeof element === 'string') : [])
}

/** A person's company as the vendor knows it: the living primary record of the golden company, where there is one. */
function linkDocument(evidence: Evidence, golden: GoldenRow, dialect: Dialect): JsonObject {
  const field = dialect.takes[golden.entity].find(({ kind }) => kind === 'link')
  const companyId = field === undefined ? undefined : linkTarget(evidence, golden.fields[field.name])
  const company = evidence.goldens.find(({ id }) => id === companyId)
  const remote = company === undefined ? undefined : primaryOf(evidence, company, dialect)
  if (field === undefined || remote === undefined) return {}
  return { [dialect.member(field.name)]: remote.remote_id }
}

/** The golden record that a link names by one of its remote records. */
export function linkTarget(evidence: Evidence, link: Json | undefined): string | undefined {
  const ref = isJsonObject(link) ? link['$ref'] : undefined
  if (!isJsonObject(ref)) return undefined
  const row = evidence.crosswalk.find(
    one => one.system === ref['system'] && one.object === ref['object'] && one.remote_id === ref['id'],
  )
  return row?.golden_id ?? undefined
}

/** Its people's own choice among records of one customer won: the golden record names that very one. */
function isOwnChoice(link: Json | undefined, { system }: Dialect, held: Held | undefined): boolean {
  const ref = isJsonObject(link) ? link['$ref'] : undefined
  return isJsonObject(ref) && held?.by !== 'hub' && ref['system'] === system && ref['id'] === held?.v
}

function consentOf(status: Json): Json {
  return { channel: 'email', purpose: 'marketing', status }
}

function sameHeld(field: Field, dialect: Pick<Dialect, 'upperCase'>, found: Json, wanted: Json): boolean {
  if (field.kind === 'tags' && found === null) return sameCanonical(field, [], wanted)
  return sameCanonical(field, found, wanted, dialect.upperCase)
}

/** Whether the hub can know of a value that it did not write: the member is reported, and was since. */
function isTold(field: Field, dialect: Dialect, source: Judged | undefined, member: string, rev: number): boolean {
  if (!dialect.sends.person.includes(field) && !dialect.sends.account.includes(field)) return false
  return source?.reports.some(report => (report.rev ?? -1) >= rev && report.members.includes(member)) === true
}

/**
 * Whether the newest that was heard of it, by the rules of order, is what is wanted: what is there was told as of the same
 * moment, or of none, and came first.
 */
function isSeenLast(field: Field, dialect: Dialect, source: Judged | undefined, wanted: Json): boolean {
  if (field.kind === 'link' || field.kind === 'consent') return false
  const states = source?.slots.get(field.name) ?? []
  return (
    states.length > 0 && states.every(({ seen }) => seen !== undefined && sameHeld(field, dialect, seen.value, wanted))
  )
}

/**
 * Whether all that was heard of a value may be the late echo of an earlier write of the hub's: of a vendor that tells no times
 * that is no news, and is not written over.
 */
function mayBeLateEcho(field: Field, dialect: Dialect, source: Judged | undefined, { v, rev }: Held): boolean {
  if (source === undefined || !(dialect.clock === 'none' || dialect.skewMs > 0)) return false
  const member = dialect.member(field.name)
  const value = canonical(dialect, field, v) ?? null
  const isEarlier = (source.record.hubValues[member] ?? []).some(
    one =>
      one.asked !== true && one.rev < rev && sameHeld(field, dialect, canonical(dialect, field, one.v) ?? null, value),
  )
  const isUnsure = (event: string): boolean =>
    source.readings.some(one => one.event === event && one.field === field.name && one.ambiguous)
  const shown = source.reports.filter(report => (report.rev ?? -1) >= rev && report.members.includes(member))
  return isEarlier && shown.every(report => isUnsure(report.event))
}
