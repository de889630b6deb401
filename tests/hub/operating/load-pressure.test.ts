import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { createGates } from '#deliver/limits/gate.ts'
import { createLoader } from '#deliver/link/load.ts'
import { IN_PIPELINE_MAX } from '#deliver/link/room.ts'
import { createPagedVendor, person } from '../../support/link-vendor.ts'
import { type Scene, startScene } from '../scene.ts'

// A gateway alone works on nothing: what is loaded stays where it is, and the loader has to notice.

describe('loading keeps behind the other work', () => {
  const crm = createPagedVendor('crm', 180, Date.UTC(2025, 0, 1))
  let scene: Scene
  let turn: () => Promise<void>

  beforeAll(async () => {
    for (let n = 1; n <= 400; n += 1) crm.records.set(`c${n}`, person(n))
    scene = await startScene({
      yaml: 'systems: { crm: { connector: crm, objects: { contact: { loadGroup: a } } } }\nroutes: []\n',
      connectors: [crm.connector],
      mappings: { 'crm/contact.in': '{"person": {"email": mail, "givenName": name}}' },
      overrides: { role: 'gateway' },
    })
    const { hub } = scene
    const gates = createGates({ ...hub, quotas: { take: async () => {} } })
    const loader = createLoader({
      ...hub,
      ...hub.calls,
      gates,
      appendLoaded: (system, events, traceId) => hub.append(system, 'load', events, traceId).then(() => undefined),
    })
    turn = loader.turn
    await createActions(hub).linkStart('crm', undefined)
  })

  const waiting = async (): Promise<number> => {
    const [row] = await scene.rows<{ n: number }>(
      `select count(*)::int as n from event where origin = 'load' and state = 'pending'`,
    )
    return row?.n ?? 0
  }
  const position = async () => {
    const [row] = await scene.rows<{ cursor: unknown; loaded: number; ended: boolean }>(
      `select cursor, loaded::int, load_ended_at is not null as ended from system_object`,
    )
    return row
  }
  const drained = () => scene.rows(`update event set state = 'processed', due_at = null where state = 'pending'`)

  test('it stops at its bound, in the middle of a page, and keeps no position before the page is stored', async () => {
    await turn()
    expect(await waiting()).toBe(IN_PIPELINE_MAX)
    expect(crm.cursors).toHaveLength(1)
    expect(await position()).toEqual({ cursor: null, loaded: 0, ended: false })
  })

  test('it goes on with the same page when there is room', async () => {
    await drained()
    await turn()
    expect(crm.cursors.slice(0, 1)).toEqual([undefined])
    expect((await position())?.cursor).toBe(180)
    expect(await waiting()).toBe(180 - IN_PIPELINE_MAX)
    const [stored] = await scene.rows<{ n: number }>(`select count(distinct remote_id)::int as n from event`)
    const [events] = await scene.rows<{ n: number }>(`select count(*)::int as n from event`)
    expect(events).toEqual(stored)
  })

  test.each([
    [
      'an event',
      `insert into event (id, system, object, type, kind, origin, received_at, whole, shard, state, trace_id)
      values ('01a20000-0000-7000-8000-000000000001', 'crm', 'contact', 't', 'snapshot', 'webhook', now() - interval '1 second', true, 9, 'pending', 't')`,
      `delete from event where shard = 9`,
    ],
    [
      'a source record',
      `insert into resolve_work (system, object, remote_id, shard, since, trace_id)
      values ('crm', 'contact', 'x', 9, now() - interval '1 second', 't')`,
      `delete from resolve_work`,
    ],
    [
      'a golden record',
      `insert into plan_work (golden_id, shard, since, cause, trace_id)
      values ('01a20000-0000-7000-8000-000000000002', 9, now() - interval '1 second', 'source:crm', 't')`,
      `delete from plan_work`,
    ],
    [
      'a call of the same system',
      `insert into delivery (system, object, golden_id, route, entity, shard, state, wanted_version, due_at, trace_id)
      values ('crm', 'contact', '01a20000-0000-7000-8000-000000000003', 'r', 'person', 9, 'pending', 1, now() - interval '1 second', 't')`,
      `delete from delivery`,
    ],
  ])('it rests while %s waits that is live', async (_what, wait, end) => {
    await drained()
    await scene.rows(wait)
    const before = await position()
    await turn()
    expect(await waiting()).toBe(0)
    expect(await position()).toEqual(before)
    await scene.rows(end)
  })

  test('beside live work that does not wait it stores one part at a time, and rests after each', async () => {
    await drained()
    await scene.rows(
      `insert into event (id, system, object, type, kind, origin, received_at, whole, shard, state, trace_id)
      values ('01a20000-0000-7000-8000-000000000004', 'crm', 'contact', 't', 'snapshot', 'webhook', now() + interval '1 hour', true, 9, 'pending', 't')`,
    )
    const loaded = async () => (await scene.rows(`select from event where origin = 'load'`)).length
    const before = await loaded()
    await turn()
    expect(await loaded()).toBe(before + 50)

    // It took a turn to go through, so the rest is longer than the next turn.
    await scene.rows(`update event set state = 'processed', due_at = null where origin = 'load'`)
    await turn()
    expect(await loaded()).toBe(before + 50)
    await turn()
    expect(await loaded()).toBe(before + 100)
    await scene.rows(`delete from event where shard = 9`)
  })

  test('it ends with everything stored once', async () => {
    for (let turns = 0; turns < 10 && (await position())?.ended !== true; turns += 1) {
      await drained()
      await turn()
    }
    expect(await position()).toEqual({ cursor: 400, loaded: 400, ended: true })
    const [events] = await scene.rows<{ n: number; distinct: number }>(
      `select count(*)::int as n, count(distinct remote_id)::int as distinct from event`,
    )
    expect(events).toEqual({ n: 400, distinct: 400 })
  })
})
