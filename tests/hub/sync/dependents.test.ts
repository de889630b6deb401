import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { breakCycles, wakeDependents } from '#deliver/claim/dependents.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'

let db: TestDatabase
let child: string
let parent: string
const run = async <T>(text: string): Promise<T[]> => (await sql.raw<T>(text).execute(db.database.kysely)).rows

beforeAll(async () => {
  db = await createTestDatabase()
})

/** An activity in the CRM, and the person that it links to, who is not there. */
beforeEach(async () => {
  for (const table of ['delivery', 'delivery_wait', 'golden_link', 'remote_record', 'standing_change'])
    await run(`delete from ${table}`)
  child = randomUUID()
  parent = randomUUID()
  await addDelivery(child, 'activity', 'synced')
  await run(`insert into golden_link (from_id, field, target, to_id) values ('${child}', 'person', 'x', '${parent}')`)
})

async function addDelivery(goldenId: string, object: string, state: string, reason?: string): Promise<void> {
  await sql`
    insert into delivery (system, object, golden_id, route, entity, shard, state, reason, wanted_version, sent_version, trace_id)
    values ('crm', ${object}, ${goldenId}, 'r', 'person', 3, ${state}, ${reason ?? null}, 1, 1, 't')`.execute(
    db.database.kysely,
  )
}
const arrive = (goldenId: string, system = 'crm', object = 'contact') =>
  run(
    `insert into remote_record (system, object, remote_id, golden_id) values ('${system}', '${object}', '${randomUUID()}', '${goldenId}')`,
  )
const stateOfChild = async () =>
  (
    await run<{ state: string; due: boolean }>(
      `select state, due_at is not null as due from delivery where golden_id = '${child}'`,
    )
  )[0]

describe('a golden record whose standing in a system changed', () => {
  test('its remote record came: dependents in sync without it are looked at again, in that system only', async () => {
    await arrive(parent, 'helpdesk')
    expect(await wakeDependents(db.database)).toEqual([])
    // A part of another remote record is none of the system's own.
    await arrive(parent, 'crm', 'order/person')
    expect(await wakeDependents(db.database)).toEqual([])
    await arrive(parent)
    expect(await wakeDependents(db.database)).toEqual([3])
    expect(await stateOfChild()).toEqual({ state: 'pending', due: true })
    expect(await wakeDependents(db.database)).toEqual([])
  })

  test('its id came, for which deliveries of any system were asked, and none beside them', async () => {
    const asking = randomUUID()
    await addDelivery(asking, 'contact', 'synced')
    await run(`update delivery set asks = '{"${parent} helpdesk"}', shard = 4 where golden_id = '${asking}'`)
    await arrive(randomUUID(), 'helpdesk')
    await arrive(parent, 'erp')
    expect(await wakeDependents(db.database)).toEqual([])
    await arrive(parent, 'helpdesk')
    expect(await wakeDependents(db.database)).toEqual([4])
    await run(`update delivery set state = 'absent', reason = 'mapping_empty', due_at = null`)
    await run(`update remote_record set tombstone_at = now() where golden_id = '${parent}' and system = 'helpdesk'`)
    expect(await wakeDependents(db.database)).toEqual([4])
  })

  test.each([
    ['was deleted', `update remote_record set tombstone_at = now()`],
    ['is primary no longer', `update remote_record set is_primary = false`],
    ['became an alias', `update remote_record set alias_of = 'other'`],
  ])('its remote record %s', async (_what, change) => {
    await arrive(parent)
    await run('delete from standing_change')
    await run(`update remote_record set sent = '{}'`)
    expect(await wakeDependents(db.database)).toEqual([])
    await run(change)
    expect(await wakeDependents(db.database)).toEqual([3])
  })

  test('its remote record went to another golden record: dependents of both', async () => {
    const other = randomUUID()
    await arrive(other)
    await run('delete from standing_change')
    await run(`update remote_record set golden_id = '${parent}'`)
    expect(await wakeDependents(db.database)).toEqual([3])
    await run(`update delivery set state = 'synced', due_at = null`)
    await run(`update remote_record set golden_id = '${other}'`)
    expect(await wakeDependents(db.database)).toEqual([3])
  })

  test.each(['absent', 'frozen', 'held', 'dead'])(
    'its delivery is %s: those that wait for it are looked at, others not',
    async state => {
      await addDelivery(parent, 'contact', 'pending')
      await run(`update delivery set state = '${state}' where golden_id = '${parent}'`)
      expect(await wakeDependents(db.database)).toEqual([])
      await run(`update delivery set state = 'pending' where golden_id = '${parent}'`)
      await run(`update delivery set state = 'waiting', reason = 'parent' where golden_id = '${child}'`)
      await run(`update delivery set state = '${state}' where golden_id = '${parent}'`)
      expect(await wakeDependents(db.database)).toEqual([3])
      expect(await stateOfChild()).toEqual({ state: 'pending', due: true })
    },
  )

  test('a dependent under way is due when its call is settled', async () => {
    await run(
      `update delivery set state = 'pending', lease_by = gen_random_uuid(), planned_at = '2026-01-01' where golden_id = '${child}'`,
    )
    await arrive(parent)
    await wakeDependents(db.database)
    expect(
      await run(`select state, planned_at > '2026-01-02' as newer from delivery where golden_id = '${child}'`),
    ).toEqual([{ state: 'pending', newer: true }])
  })

  test('a dependent that is being decided on while the parent arrives is not overlooked', async () => {
    await run(`update delivery set state = 'pending', due_at = now() where golden_id = '${child}'`)
    let waking: Promise<readonly number[]> | undefined
    await db.database.transaction(async tx => {
      // The deciding transaction has seen no parent; the parent's commit and its wake-up come before its own.
      await sql`select from delivery where golden_id = ${child} for update`.execute(tx)
      await arrive(parent)
      waking = wakeDependents(db.database)
      await sql`select pg_sleep(0.1)`.execute(tx)
      await sql`update delivery set state = 'waiting', reason = 'parent', due_at = null where golden_id = ${child}`.execute(
        tx,
      )
    })
    expect(await waking).toEqual([3])
    expect(await stateOfChild()).toEqual({ state: 'pending', due: true })
  })

  test('a wake-up that nobody ran after the commit is still there', async () => {
    await arrive(parent)
    expect(await run('select system, golden_id, record from standing_change')).toEqual([
      { system: 'crm', golden_id: parent, record: true },
    ])
  })

  test('who waits for first link, is held or frozen is left alone', async () => {
    for (const [state, reason] of [
      ['waiting', 'first_link'],
      ['held', 'brake'],
      ['frozen', 'route_exit'],
      ['absent', 'deleted'],
    ]) {
      await run(`update delivery set state = '${state}', reason = '${reason}' where golden_id = '${child}'`)
      await run('delete from remote_record')
      await arrive(parent)
      await wakeDependents(db.database)
      expect((await stateOfChild())?.state).toBe(state)
    }
  })
})

test('a circle of any length is broken for those that have just begun to wait; a line is not', async () => {
  const ids = [child, parent, randomUUID()]
  await run('delete from delivery')
  for (const id of ids) await addDelivery(id, 'contact', 'waiting', 'parent')
  const waits = ids.map((goldenId, index) => ({ system: 'crm', goldenId, parentId: ids[(index + 1) % 3] ?? '' }))
  const store = (wait: (typeof waits)[number]) =>
    run(
      `insert into delivery_wait (system, object, golden_id, parent_id) values ('crm', 'contact', '${wait.goldenId}', '${wait.parentId}')`,
    )
  for (const wait of waits.slice(0, 2)) await store(wait)
  expect(await breakCycles(db.database, waits.slice(0, 2))).toEqual([])
  for (const wait of waits.slice(2)) await store(wait)
  expect(await breakCycles(db.database, waits.slice(2))).toEqual([3])
  // What one waited on formerly makes no circle.
  await run(`update delivery set state = 'synced' where golden_id = '${parent}'`)
  expect(await breakCycles(db.database, waits.slice(2))).toEqual([])
})
