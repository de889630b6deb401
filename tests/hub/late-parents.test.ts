import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { releaseForgotten } from '#deliver/waits.ts'
import { lookForLateParents, wakeChildren } from '#deliver/late-parents.ts'
import { createTestDatabase } from '../support/postgres.ts'
import type { TestDatabase } from '../support/postgres.ts'

let db: TestDatabase
let child: string
let parent: string
beforeAll(async () => {
  db = await createTestDatabase()
})

/** An activity that is in sync with the CRM although its person was not there yet when it was written. */
beforeEach(async () => {
  child = randomUUID()
  parent = randomUUID()
  await sql`
    insert into delivery (system, object, golden_id, route, entity, shard, state, wanted_version, sent_version, trace_id)
    values ('crm', 'activity', ${child}, 'r', 'interaction', 3, 'synced', 1, 1, 't')`.execute(db.database.kysely)
  await sql`insert into golden_link (from_id, field, target, to_id) values (${child}, 'person', 'x', ${parent})`.execute(
    db.database.kysely,
  )
})

async function stateOfChild(): Promise<string | undefined> {
  const { rows } = await sql<{ state: string }>`select state from delivery where golden_id = ${child}`.execute(
    db.database.kysely,
  )
  return rows[0]?.state
}

async function parentArrives(system = 'crm'): Promise<void> {
  await sql`
    insert into remote_record (system, object, remote_id, golden_id) values (${system}, 'contact', ${parent}, ${parent})`.execute(
    db.database.kysely,
  )
}

/** The child's delivery as it was claimed: its link was known, the parent's remote record was not. */
function settledChild(remoteId?: string): Parameters<typeof lookForLateParents>[2][number] {
  return {
    object: 'activity',
    goldenId: child,
    golden: { version: 1, fields: { person: { $ref: { object: 'x', id: '1' } } }, state: 'active', updatedAtMs: 0 },
    links: [{ field: 'person', goldenId: parent, entity: 'person', fields: {}, remoteId, delivery: undefined }],
  }
}

test('a parent that was created wakes the children that are in sync without it', async () => {
  expect(await wakeChildren(db.database, 'crm', [parent])).toEqual([3])
  expect(await stateOfChild()).toBe('pending')
})

test('a child that settles after its parent arrived is looked at again, once', async () => {
  expect(await lookForLateParents(db.database, 'crm', [settledChild()])).toEqual([])
  await parentArrives('helpdesk')
  expect(await lookForLateParents(db.database, 'crm', [settledChild()])).toEqual([])
  await parentArrives()
  expect(await lookForLateParents(db.database, 'crm', [settledChild(parent)])).toEqual([])
  expect(await stateOfChild()).toBe('synced')
  expect(await lookForLateParents(db.database, 'crm', [settledChild()])).toEqual([3])
  expect(await stateOfChild()).toBe('pending')
})

test('a delivery that waits on nothing is looked at again; one that waits on a parent is not', async () => {
  const delivery = { system: 'crm', object: 'activity', goldenId: child }
  await sql`update delivery set state = 'waiting', due_at = null where golden_id = ${child}`.execute(db.database.kysely)
  const wait = sql`insert into delivery_wait (system, object, golden_id, parent_id) values ('crm', 'activity', ${child}, ${parent})`
  await wait.execute(db.database.kysely)
  expect(await releaseForgotten(db.database, [delivery])).toEqual([])
  await sql`delete from delivery_wait where golden_id = ${child}`.execute(db.database.kysely)
  expect(await releaseForgotten(db.database, [delivery])).toEqual([3])
  expect(await stateOfChild()).toBe('pending')
})
