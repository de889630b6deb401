import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import type { StewardAct } from '../../model/stewardship.ts'
import { type Answer, createAsk } from './asking.ts'
import type { Customers } from './customers.ts'
import { type Entity, type Field, fieldsOf, newValue } from '../field.ts'
import type { Features } from '../features.ts'
import type { Vendor } from '../vendors/vendor.ts'

export interface StewardParts {
  context: SimContext
  features: Features
  vendors: readonly Vendor[]
  customers: Customers
  nextSerial: () => number
  count(what: string): void
}

export interface Stewards {
  act(): void
  /** What they did, as the hub answered, in its order. */
  done(): readonly StewardAct[]
}

interface GoldenRow {
  id: string
  entity: Entity
  fields: JsonObject
  steward: JsonObject | null
}

/** Of no kind that identifies a customer, and none that cannot be set by hand. */
const BY_HAND = new Set(['name', 'word', 'date', 'tags'])
const BY = 'steward'

/** What stewards do in the hub's console. They look before they act, and act one after the other. */
export function createStewards(parts: StewardParts): Stewards {
  const { context, customers } = parts
  const { hub } = context
  const random = context.stream('stewards')
  const ask = createAsk(context)
  const done: StewardAct[] = []
  let last: Promise<void> = Promise.resolve()

  async function request(name: string, given: JsonObject): Promise<Answer & { ok: boolean }> {
    const answer = await ask(name, { request: { ...given, by: BY } })
    const ok = isJsonObject(answer.result) && answer.result['ok'] === true
    context.tell(`a steward asks for ${name} ${JSON.stringify(given)}${ok ? '' : ': refused'}`)
    if (ok) parts.count(`stewards: ${name}`)
    return { ...answer, ok }
  }

  /** Notes an act as done; as perhaps done, where a refusal may only say that an earlier time has done it. */
  function note({ ok, again, askedMs, answeredMs }: Answer & { ok: boolean }, what: StewardAct['what']): void {
    if (ok || again) done.push({ askedMs, answeredMs, sure: ok, what })
  }

  const goldens = (entity?: Entity): Promise<GoldenRow[]> =>
    hub.rows<GoldenRow>(`select id, entity, fields, steward from golden_record where state = 'active'
      ${entity === undefined ? '' : `and entity = '${entity}'`} order by id`)

  async function set(): Promise<void> {
    const golden = picked(await goldens())
    if (golden === undefined) return
    const fields = fieldsOf(golden.entity, parts.features).filter(({ kind }) => BY_HAND.has(kind))
    const chosen = [random.pick(fields), ...(random.chance(0.3) ? [random.pick(fields)] : [])]
    const values = Object.fromEntries(chosen.map(field => [field.name, valueFor(field, golden.fields[field.name])]))
    note(await request('stewardSet', { goldenId: golden.id, fields: values }), {
      kind: 'set',
      goldenId: golden.id,
      fields: values,
    })
  }

  function valueFor(field: Field, before: Json | undefined): Json {
    return newValue(field, parts.nextSerial(), before, random)
  }

  async function release(): Promise<void> {
    const held = (await goldens()).filter(({ steward }) => steward !== null && Object.keys(steward).length > 0)
    const golden = picked(held)
    if (golden === undefined) return
    const fields = random.chance(0.5)
      ? Object.keys(golden.steward ?? {})
      : [picked(Object.keys(golden.steward ?? {})) ?? '']
    note(await request('stewardRelease', { goldenId: golden.id, fields }), {
      kind: 'release',
      goldenId: golden.id,
      fields,
    })
  }

  async function merge(): Promise<void> {
    const [winner, loser] = await pair()
    if (winner === undefined || loser === undefined) return
    const remotes = await hub.rows<{ remote_id: string }>(
      `select remote_id from remote_record where golden_id in ('${winner}', '${loser}') order by 1`,
    )
    const [first, ...others] = remotes.flatMap(({ remote_id: id }) =>
      parts.vendors.flatMap(vendor => vendor.records.get(id)?.customer ?? []),
    )
    for (const other of others) customers.unite(other, first ?? other)
    await request('mergeCustomers', { winnerId: winner, loserId: loser })
  }

  /** Mostly a merge by the stewards themselves, sometimes one that was made by rule. */
  async function unmerge(): Promise<void> {
    const merges = await hub.rows<{ id: string; winner_id: string; loser_id: string }>(
      `select id, winner_id, loser_id from merge_log where undone_at is null order by id`,
    )
    const merge = picked(merges)
    if (merge === undefined) return
    note(await request('unmerge', { mergeId: merge.id }), {
      kind: 'never',
      leftId: merge.winner_id,
      rightId: merge.loser_id,
    })
  }

  async function never(): Promise<void> {
    const [leftId, rightId] = await pair()
    if (leftId === undefined || rightId === undefined) return
    note(await request('neverTheSame', { leftId, rightId }), { kind: 'never', leftId, rightId })
  }

  async function lift(): Promise<void> {
    const pairs = await hub.rows<{ l: string; r: string }>(`
      select coalesce(l.merged_into, l.id) as l, coalesce(r.merged_into, r.id) as r from review v
      join golden_record l on l.id = v.left_id join golden_record r on r.id = v.right_id where v.state = 'never' order by v.left_id, v.right_id`)
    const found = picked(pairs)
    if (found === undefined) return
    const { l: leftId, r: rightId } = found
    note(await request('liftNever', { leftId, rightId }), { kind: 'lift', leftId, rightId })
  }

  async function choose(): Promise<void> {
    const remotes = await hub.rows<{ system: string; object: string; remote_id: string; n: number }>(`
      select system, object, remote_id, count(*) over (partition by golden_id, system, object)::int as n from remote_record
      where golden_id is not null and alias_of is null and tombstone_at is null order by 1, 2, 3`)
    const remote = picked(remotes.filter(({ n }) => n > 1))
    if (remote === undefined) return
    const { system, object, remote_id: remoteId } = remote
    note(await request('choosePrimary', { system, object, remoteId }), { kind: 'primary', system, object, remoteId })
  }

  async function pair(): Promise<(string | undefined)[]> {
    const rows = await goldens(random.chance(0.8) ? 'person' : 'account')
    const one = picked(rows)
    const other = picked(rows.filter(row => row !== one))
    return other === undefined ? [] : [one?.id, other.id]
  }

  function picked<T>(rows: readonly T[]): T | undefined {
    return rows.length === 0 ? undefined : random.pick(rows)
  }

  const acts = [set, set, set, release, release, merge, merge, unmerge, unmerge, never, lift, choose]
  return {
    act() {
      last = after(last, random.pick(acts))
    },
    done: () => done,
  }
}

async function after(before: Promise<void>, act: () => Promise<void>): Promise<void> {
  await before
  await act()
}
