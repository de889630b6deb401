import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Hub } from '#app.ts'
import { defineConnector } from '#connector/kit.ts'
import { wakeDependents } from '#deliver/claim/dependents.ts'
import { endBrakes } from '#app/brakes.ts'
import { createActions } from '#app/actions.ts'
import { commitMerges } from '#resolve/merges.ts'
import type { Database } from '#store/database.ts'
import { startTestHub, until } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ROOT } from './generate.ts'
import { arrowLines, readStateDiagram, sortedLines } from './state-diagram.ts'

const drawings = [...readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(/```mermaid\n([\s\S]*?)```/g)]
const [eventDiagram, deliveryDiagram] = [drawings[0], drawings[1]].map(drawing => readStateDiagram(drawing?.[1] ?? ''))

/** Lets the database write down every move of a table's rows. */
async function recordMoves(database: Database, table: 'event' | 'delivery'): Promise<void> {
  await sql`create table if not exists moves (source text, target text)`.execute(database.kysely)
  await sql`
    create or replace function record_move() returns trigger language plpgsql as $$
    begin
      insert into moves values (case when tg_op = 'INSERT' then '[*]' else old.state end, new.state);
      return null;
    end $$`.execute(database.kysely)
  await sql`
    create trigger record_move after insert or update of state on ${sql.table(table)}
    for each row execute function record_move()`.execute(database.kysely)
}

async function moves(database: Database): Promise<string[]> {
  const { rows } = await sql<{ source: string; target: string }>`select distinct source, target from moves`.execute(
    database.kysely,
  )
  return sortedLines(rows.map(row => [row.source, row.target] as const))
}

describe('a running hub moves events as they are drawn', () => {
  let hub: Hub
  let database: Database
  const crm = createMemoryVendor('crm')
  // One vendor cannot be read back, one refuses to be.
  const { pull: _, ...unreadable } = createMemoryVendor('plain').connector
  const shy = createMemoryVendor('shy').connector
  const refusing = {
    readMax: () => 50,
    read: async () => ({ ok: false, outcome: { kind: 'rejected', reason: 'no' } }) as const,
  }

  beforeAll(async () => {
    const db = await createTestDatabase()
    database = db.database
    await recordMoves(database, 'event')
    await breakOn(database, 'golden_record', 'resolve')
    await breakOn(database, 'delivery', 'plan')
    hub = await startTestHub({
      databaseUrl: db.url,
      yaml: `
systems:
  crm: { connector: crm }
  plain: { connector: plain }
  shy: { connector: shy }
routes:
  - { entity: account, system: crm, object: company, when: 'name = "plan"' }
`,
      connectors: [crm.connector, defineConnector(unreadable), defineConnector({ ...shy, pull: refusing })],
      mappings: {
        'crm/contact.in': 'name = "bad" ? $error("bad") : name = "none" ? {} : {"account": {"name": name}}',
        'crm/company.out': '{"name": name}',
        'plain/contact.in': '{"account": {"name": name}}',
        'shy/contact.in': '{"account": {"name": name}}',
      },
    })
  })

  /** A row whose customer has this name cannot be written: a bug of ours, as far as the stage can tell. */
  async function breakOn(target: Database, table: 'golden_record' | 'delivery', name: string): Promise<void> {
    const golden =
      table === 'delivery' ? sql`(select fields from golden_record where id = new.golden_id)` : sql`new.fields`
    await sql`
      create function break_${sql.raw(table)}() returns trigger language plpgsql as $$
      begin
        if ${golden} ->> 'name' = ${sql.raw(`'${name}'`)} then raise exception 'broken for the test'; end if;
        return new;
      end $$`.execute(target.kysely)
    await sql`
      create trigger break before insert on ${sql.table(table)} for each row execute function break_${sql.raw(table)}()
    `.execute(target.kysely)
  }

  async function post(system: string, body: unknown): Promise<void> {
    await fetch(`${hub.url}/in/${system}`, {
      method: 'POST',
      headers: { 'x-token': 't', 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** Waits until no event and no work is open, and answers what ended how. */
  async function settled(): Promise<void> {
    const open = sql<{ open: number }>`
      select ((select count(*) from event where state in ('pending', 'reading')) + (select count(*) from resolve_work)
        + (select count(*) from plan_work))::int as open`
    await until(
      async () => (await open.execute(database.kysely)).rows[0]?.open,
      count => count === 0,
    )
  }

  test('receive, read, interpret, resolve, plan, replay', async () => {
    crm.records.set('thin', { name: 'Thin' })
    await post('crm', { id: 'a', eventId: 'once', data: { name: 'Acme' } })
    await post('crm', { id: 'a', eventId: 'once', data: { name: 'Acme' } })
    await post('crm', '{"broken": ')
    for (const name of ['bad', 'none', 'resolve', 'plan']) await post('crm', { id: name, data: { name } })
    for (const id of ['thin', 'gone']) await post('crm', { id, whole: false })
    await post('plain', { id: 'p', whole: false, data: { name: 'As it came' } })
    await post('shy', { id: 's', whole: false })
    await settled()
    const dead = await sql<{ stage: string }>`
      select distinct detail ->> 'stage' as stage from event where reason = 'internal_error' order by 1`.execute(
      database.kysely,
    )
    expect(dead.rows.map(row => row.stage)).toEqual(['plan', 'resolve'])
    const { rows } = await sql<{ id: string }>`select id from event`.execute(database.kysely)
    await createActions(hub).replayEvents(rows.map(row => row.id))
    await settled()
    expect(await moves(database)).toEqual(arrowLines(eventDiagram ?? readStateDiagram('')))
  })
})

describe('what people and arrivals do moves deliveries as it is drawn', () => {
  let hub: Hub
  let database: Database
  const diagram = deliveryDiagram ?? readStateDiagram('')
  const states = [...diagram.states]
  const goldenOf = (state: string): string =>
    `01900000-0000-7000-8000-${String(states.indexOf(state)).padStart(12, '0')}`
  const parent = '01900000-0000-7000-8000-0000000000ff'
  const keys = states.map(state => ({ system: 'crm', object: 'contact', goldenId: goldenOf(state) }))

  beforeAll(async () => {
    const db = await createTestDatabase()
    database = db.database
    await recordMoves(database, 'delivery')
    // A gateway: it works on nothing by itself.
    hub = await startTestHub({
      databaseUrl: db.url,
      yaml: 'systems: { crm: { connector: crm } }\nroutes: []\n',
      connectors: [createMemoryVendor('crm').connector],
      mappings: {},
      overrides: { role: 'gateway' },
    })
  })

  /** One delivery in each state, each waiting on and linked to the same parent, which is there. */
  async function seed(): Promise<void> {
    for (const table of ['delivery', 'delivery_wait', 'golden_link', 'remote_record', 'golden_record', 'moves'])
      await sql`delete from ${sql.table(table)}`.execute(database.kysely)
    await sql`insert into golden_record (id, entity, fields, provenance) values (${parent}, 'account', '{}', '{}')`.execute(
      database.kysely,
    )
    await sql`
      insert into remote_record (system, object, remote_id, golden_id) values ('crm', 'company', 'acme', ${parent})`.execute(
      database.kysely,
    )
    for (const state of states) {
      const id = goldenOf(state)
      await sql`insert into golden_record (id, entity, fields, provenance) values (${id}, 'person', '{}', '{}')`.execute(
        database.kysely,
      )
      await sql`insert into golden_link (from_id, field, target, to_id) values (${id}, 'account', '', ${parent})`.execute(
        database.kysely,
      )
      await sql`
        insert into delivery_wait (system, object, golden_id, parent_id) values ('crm', 'contact', ${id}, ${parent})`.execute(
        database.kysely,
      )
      await sql`
        insert into delivery (system, object, golden_id, route, entity, shard, state, wanted_version, trace_id)
        values ('crm', 'contact', ${id}, 'r', 'person', 0, ${state}, 1, 't')`.execute(database.kysely)
    }
    await sql`delete from moves`.execute(database.kysely)
  }

  async function movesOf(act: () => Promise<unknown>): Promise<string[]> {
    await seed()
    await act()
    return await moves(database)
  }

  test('retry', async () => {
    const plain = await movesOf(() => createActions(hub).retryDeliveries(keys))
    const unsettled = await movesOf(async () => {
      await sql`update delivery set reason = 'unknown' where state in ('dead', 'unknown')`.execute(database.kysely)
      await createActions(hub).retryDeliveries(keys)
    })
    expect([...new Set([...plain, ...unsettled])].sort()).toEqual(arrowLines(diagram, 'retry'))
  })

  test('release', async () => {
    const released = await movesOf(() => createActions(hub).releaseDeliveries(keys))
    expect(released).toEqual(arrowLines(diagram, 'release'))
  })

  test('a brake ends', async () => {
    const ended = (as: 'released' | 'discarded') =>
      movesOf(async () => {
        await sql`update delivery set reason = 'brake', cause = 'policy'`.execute(database.kysely)
        await sql`delete from brake`.execute(database.kysely)
        await sql`insert into brake (id, system, object, cause, changed, limited_to) values (gen_random_uuid(), 'crm', 'contact', 'policy', 9, 1)`.execute(
          database.kysely,
        )
        await endBrakes(hub, { system: 'crm', object: 'contact', cause: undefined, as, by: 'ops' })
      })
    expect(await ended('released')).toEqual(['held -> pending'])
    expect(await ended('discarded')).toEqual(arrowLines(diagram, 'discard'))
  })

  test('a parent arrives, and a parent comes to rest elsewhere', async () => {
    const change = (record: boolean) =>
      movesOf(async () => {
        await sql`update delivery set reason = case state when 'waiting' then 'parent' when 'dead' then 'rejected' when 'absent' then 'mapping_empty' end`.execute(
          database.kysely,
        )
        await sql`delete from standing_change`.execute(database.kysely)
        await sql`insert into standing_change (system, golden_id, record) values ('crm', ${parent}, ${record})`.execute(
          database.kysely,
        )
        await wakeDependents(database)
      })
    expect(await change(true)).toEqual(arrowLines(diagram, 'parent'))
    expect(await change(false)).toEqual(['waiting -> pending'])
  })

  test('merge', async () => {
    const merged = await movesOf(() =>
      database.transaction(tx =>
        commitMerges(
          tx,
          states.map((state, index) => ({
            winnerId: parent,
            loserId: goldenOf(state),
            cause: 'test',
            logId: `01900000-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`,
          })),
        ),
      ),
    )
    expect(merged).toEqual(arrowLines(diagram, 'merge'))
  })
})
