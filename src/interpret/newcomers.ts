import { sql } from 'kysely'
import { entityModel, type FieldModel } from '#model/fields.ts'
import type { Entity } from '#model/entities.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { type Compare, sameValue } from '#rules/comparators.ts'
import { repeatsConsent } from '#rules/survivorship/consent.ts'
import { type IdentityOptions, strongKeys } from '#rules/identity/identity.ts'
import type { WriteInFlight } from '#rules/statement/shadow.ts'
import type { Tx } from '#store/database.ts'
import { logBrought } from '#store/customers/merge-log.ts'
import { madeAnother } from '#store/customers/open-create.ts'
import { storedJson } from '#store/stored-json.ts'
import { tookIn } from '#store/customers/survivor.ts'
import { withPrimaries } from './primaries.ts'
import { keyText, type RemoteKey } from './rows.ts'
import type { Statement } from './statements.ts'

/** A create of ours whose remote record is not known yet, and whose customer that is. */
interface Create {
  system: string
  object: string
  entity: Entity
  goldenId: string
  /** The golden record that it was made for, where that was merged into this one. */
  loserId: string | undefined
  inFlight: readonly WriteInFlight[]
}

/** A remote record, whose golden record it is, and for which part of that the hub made it. */
interface Link extends RemoteKey {
  goldenId: string
  loserId: string | undefined
}

/**
 * Remote records that are reported for the first time may be our own creates, whose reply is still to come or was lost:
 * they are known by our own id where the vendor keeps it (`@externalId`), else by the strong keys of a create in flight that
 * they do not contradict. What is found is linked at once, since an echo asserts no key by which it could be found later.
 * Returns what is being written to each, by `keyText`.
 */
export async function linkNewcomers(
  tx: Tx,
  statements: readonly Statement[],
  options: IdentityOptions,
): Promise<Map<string, readonly WriteInFlight[]>> {
  const byId = await readExternalIds(tx, statements)
  const creates = await readCreates(tx, statements)
  const byKey = createsByKey(creates, options)
  const written = new Map<string, readonly WriteInFlight[]>()
  const links: Link[] = []
  for (const statement of statements) {
    // Of several reports of a record the first that tells whose it is links it.
    if (written.has(keyText(statement))) continue
    const known =
      statement.externalId === undefined ? undefined : byId.get(idText(statement.entity, statement.externalId))
    const create =
      known === undefined ? createOf(statement, byKey, options) : sameCustomer(statement, known.goldenId, creates)
    const owner = known ?? create
    if (owner === undefined) continue
    const { system, object, remoteId } = statement
    links.push({ system, object, remoteId, goldenId: owner.goldenId, loserId: owner.loserId })
    written.set(keyText(statement), create?.inFlight ?? [])
  }
  await link(tx, links)
  return written
}

function sameCustomer(statement: Statement, goldenId: string, creates: readonly Create[]): Create | undefined {
  return creates.find(create => create.goldenId === goldenId && place(create) === place(statement))
}

/**
 * The one create that the statement may show. A statement without keys is known by values alone: of a create that has none
 * either, or, where it says nothing but what we wrote, of one whose keys are not told. Where it says nothing at all, the create
 * without keys is known by being the only one. Of several for one golden record, as of one that was merged into it, the one
 * whose values it shows most of, else the one that was leased last, whose look found nothing that an earlier one had made: whose
 * it is when they come apart again hangs on that.
 */
function createOf(
  statement: Statement,
  byKey: ReadonlyMap<string, readonly Create[]>,
  options: IdentityOptions,
): Create | undefined {
  if (byKey.size === 0) return undefined
  const keys = keysOf(statement, statement.fields, options)
  const of = (wanted: readonly string[]): readonly Create[] =>
    wanted.flatMap(key => byKey.get(bucket(statement, key)) ?? [])
  const [creates, untold] = keys.length > 0 ? [of(keys), []] : [of([NO_KEY]), of([KEYED])]
  const alike = mostAlike(statement, creates, likeness)
  const found =
    alike.length > 0 ? alike : isEmpty(statement.fields) ? creates : mostAlike(statement, untold, onlyLikeness)
  const [most] = found
  return found.every(({ goldenId }) => goldenId === most?.goldenId) ? most : undefined
}

function mostAlike(statement: Statement, creates: readonly Create[], by: typeof likeness): Create[] {
  return creates
    .flatMap(create => create.inFlight.map(({ at, fields }) => ({ create, at, likeness: by(statement, fields) })))
    .filter(({ likeness }) => likeness > 0)
    .toSorted((left, right) => right.likeness - left.likeness || right.at - left.at)
    .map(({ create }) => create)
}

const NO_KEY = 'no key'
const KEYED = 'keyed'
const RENDERED: readonly Compare[] = ['ignoreCase', 'ignoreSpace', 'ignorePunctuation', 'ignoreAccents']

/**
 * How much a record is like what we wrote, 0 where it likely is not: its own people, who entered the customer at the same time,
 * say something else, or more. One that shows several of our values was ours, though somebody may have changed others since; an
 * empty one where we wrote nothing.
 */
function likeness({ entity, fields }: Statement, written: JsonObject): number {
  if (isEmpty(fields) && isEmpty(written)) return 1
  const { equal, other, more } = compared(entity, fields, written)
  const isOurs = equal >= 2 ? equal > other : equal === 1 && other + more === 0
  return isOurs ? equal - other : 0
}

/** How much a record that says nothing but what we wrote is like it; one value alone says too little. */
function onlyLikeness({ entity, fields }: Statement, written: JsonObject): number {
  const { equal, other, more } = compared(entity, fields, written)
  return equal >= 2 && other + more === 0 ? equal : 0
}

function compared(entity: Entity, fields: JsonObject, written: JsonObject) {
  const { fields: models } = entityModel(entity)
  const count = { equal: 0, other: 0, more: 0 }
  for (const [name, value] of Object.entries(fields)) {
    const [model, ours] = [models.get(name), written[name]]
    if (model === undefined || value === null) continue
    if (ours === undefined) count.more += 1
    else if (showsValue(model, value, ours)) count.equal += 1
    else count.other += 1
  }
  return count
}

function isEmpty(fields: JsonObject): boolean {
  return Object.values(fields).every(value => value === null)
}

/** A vendor tells of a consent less than we know of it. */
function showsValue(model: FieldModel, value: Json, ours: Json): boolean {
  if (model.survivorship !== 'consent' || !Array.isArray(value) || !Array.isArray(ours))
    return sameValue(model, value, ours, RENDERED)
  return value.every(one => ours.some(known => repeatsConsent(known, one)))
}

function createsByKey(creates: readonly Create[], options: IdentityOptions): Map<string, Create[]> {
  const byKey = new Map<string, Create[]>()
  for (const create of creates) {
    if (entityModel(create.entity).class !== 'mastered') continue
    const keys = create.inFlight.flatMap(({ fields }) => {
      const own = keysOf(create, fields, options)
      return own.length === 0 ? [NO_KEY] : [...own, KEYED]
    })
    for (const key of new Set(keys)) {
      const of = bucket(create, key)
      byKey.set(of, [...(byKey.get(of) ?? []), create])
    }
  }
  return byKey
}

type Keyed = Pick<Create, 'system' | 'object' | 'entity'>

function keysOf({ entity }: Keyed, fields: JsonObject, options: IdentityOptions): string[] {
  return strongKeys(entity, fields, options).map(({ kind, value }) => `${kind}\n${value}`)
}

function bucket(of: Keyed, key: string): string {
  return `${place(of)}\n${of.entity}\n${key}`
}

function place({ system, object }: Pick<Create, 'system' | 'object'>): string {
  return `${system}\n${object}`
}

function idText(entity: string, id: string): string {
  return `${entity}\n${id.toLowerCase()}`
}

/** Living golden records by our own ids that vendors keep; where one was merged, the one that it is now. */
async function readExternalIds(
  tx: Tx,
  statements: readonly Statement[],
): Promise<Map<string, Pick<Link, 'goldenId' | 'loserId'>>> {
  const ids = [...new Set(statements.flatMap(one => one.externalId ?? []))]
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; entity: string; golden_id: string }>`
    select g.id, g.entity, coalesce(w.merged_into, g.merged_into, g.id) as golden_id
    from golden_record g left join golden_record w on w.id = g.merged_into where g.id = any(${ids}::uuid[]) and g.state <> 'erased'
  `.execute(tx)
  return new Map(
    rows.map(row => [
      idText(row.entity, row.id),
      { goldenId: row.golden_id, loserId: row.id === row.golden_id ? undefined : row.id },
    ]),
  )
}

/**
 * Creates in flight, or of a fate not known yet, in the systems that the statements come from: as many as are called at once.
 * A customer who has a record there has the one that was made, but for one that a merge or its people brought, also where an
 * unmerge has taken that away again.
 */
async function readCreates(tx: Tx, statements: readonly Statement[]): Promise<Create[]> {
  const places = [
    ...new Map(statements.map(({ system, object }) => [place({ system, object }), { system, object }])).values(),
  ]
  const held = { system: sql`d.system`, object: sql`d.object`, remoteId: sql`d.remote_id` }
  const { rows } = await sql<{
    system: string
    object: string
    entity: Entity
    golden_id: string
    loser_id: string | null
    in_flight: WriteInFlight[]
  }>`
    select d.system, d.object, d.entity, coalesce(w.merged_into, g.merged_into, g.id) as golden_id,
      case when g.merged_into is not null then g.id end as loser_id, d.in_flight_fields as in_flight
    from json_to_recordset(${storedJson(places)}::json) as p(system text, object text)
    -- Place by place, also by a plan that was made while the tables were small.
    cross join lateral (
      select * from delivery where system = p.system and object = p.object and in_flight_fields @? '$[*] ? (!exists(@.to))' offset 0) d
    join golden_record g on g.id = d.golden_id and g.state <> 'erased' left join golden_record w on w.id = g.merged_into
    left join remote_record r on r.system = d.system and r.object = d.object and r.remote_id = d.remote_id
      and r.golden_id = coalesce(w.merged_into, g.merged_into, g.id)
    where r.remote_id is null or exists (select from jsonb_array_elements(d.in_flight_fields) f(write)
      where not f.write ? 'to' and (f.write ? 'not' or ${madeAnother(sql`f.write`, sql`d.golden_id`, held)}))
  `.execute(tx)
  return rows.map(row => ({
    system: row.system,
    object: row.object,
    entity: row.entity,
    goldenId: row.golden_id,
    loserId: row.loser_id ?? undefined,
    inFlight: row.in_flight.filter(({ to }) => to === undefined),
  }))
}

/**
 * Says anew, under a lock of the golden records, which of several remote records there is the primary one. One that took in
 * another by a merge had its golden record from that: it is moved to its own, and resolve merges the two.
 */
async function link(tx: Tx, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return
  const goldenIds = links.map(({ goldenId }) => goldenId)
  await withPrimaries(tx, links, () => insertLinks(tx, links), goldenIds)
}

async function insertLinks(tx: Tx, links: readonly Link[]): Promise<void> {
  await sql`
    insert into remote_record as r (system, object, remote_id, golden_id, is_primary)
    select system, object, "remoteId", "goldenId", false
    from json_to_recordset(${storedJson(links)}::json) as t(system text, object text, "remoteId" text, "goldenId" uuid)
    on conflict (system, object, remote_id) do update set
      golden_id = case when ${tookIn(sql`r`)} then excluded.golden_id else coalesce(r.golden_id, excluded.golden_id) end
  `.execute(tx)
  await logBrought(
    tx,
    links.flatMap(({ loserId, ...remote }) => (loserId === undefined ? [] : [{ ...remote, loserId }])),
  )
}
