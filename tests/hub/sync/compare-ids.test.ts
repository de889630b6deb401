import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { judgeMissing } from '#deliver/compare/missing.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/until.ts'
import { type Scene, startScene } from '../scene.ts'

describe('what is missing is deleted, or held for a person', () => {
  test.each([
    [{ known: 100, listed: 100, missing: 0 }, 'none'],
    [{ known: 100, listed: 95, missing: 5 }, 'delete'],
    [{ known: 100, listed: 94, missing: 6 }, 'hold'],
    [{ known: 10_000, listed: 9_900, missing: 100 }, 'delete'],
    [{ known: 10_000, listed: 9_899, missing: 101 }, 'hold'],
    [{ known: 3, listed: 0, missing: 3 }, 'hold'],
    [{ known: 0, listed: 0, missing: 0 }, 'none'],
  ] as const)('%o: %s', (compared, verdict) => {
    expect(judgeMissing(compared)).toBe(verdict)
  })
})

describe('deletes are found by comparing ids', () => {
  const crm = createMemoryVendor('crm')
  let scene: Scene
  const COUNT = 12

  beforeAll(async () => {
    scene = await startScene({
      yaml: 'systems: { crm: { connector: crm, objects: { contact: { compareIdsEvery: 1h } } } }\nroutes: []\n',
      connectors: [crm.connector],
      mappings: { 'crm/contact.in': '{"person": {"email": mail}}' },
    })
    const people = Array.from({ length: COUNT }, (_, n) => ({ id: `c${n}`, data: { mail: `c${n}@example.com` } }))
    for (const { id, data } of people) crm.records.set(id, data)
    await scene.post('crm', people)
    await scene.calm()
  })

  interface ObjectRow {
    compared_ms: number | null
    held: { known: number; listed: number; ids: string[] } | null
    error: string | null
  }
  async function look(): Promise<ObjectRow | undefined> {
    const rows = await scene.rows<ObjectRow>(
      `select extract(epoch from compared_at)::float8 as compared_ms, compare_held as held, compare_error as error from system_object`,
    )
    return rows[0]
  }
  /** Runs one comparison and everything that follows from it. */
  async function compare(): Promise<ObjectRow | undefined> {
    const before = await look()
    await scene.rows(`update system_object set compare_due_at = now(), compare_error = null returning object`)
    await until(
      look,
      row => (row?.compared_ms ?? null) !== (before?.compared_ms ?? null) || row?.error !== null,
      15_000,
    )
    await scene.calm()
    return await look()
  }
  const dead = async () =>
    (
      await scene.rows<{ remote_id: string }>(
        `select remote_id from remote_record where tombstone_by = 'system' order by linked_at, remote_id`,
      )
    ).map(row => row.remote_id)

  test('one that no list names any more is deleted here, also over several pages', async () => {
    crm.records.delete('c3')
    const ids = [...crm.records.keys()]
    crm.ids = cursor =>
      cursor === undefined
        ? { ok: true, ids: ids.slice(0, 6), cursor: 1, more: true }
        : { ok: true, ids: ids.slice(6), cursor: null, more: false }
    expect(await compare()).toMatchObject({ held: null })
    expect(await dead()).toEqual(['c3'])
    const events = await scene.rows(`select origin, kind, type, state from event where kind = 'delete'`)
    expect(events).toEqual([{ origin: 'poll', kind: 'delete', type: 'contact.missing', state: 'processed' }])
  })

  test('a list that fails, or does not end, deletes nothing and says why', async () => {
    crm.ids = () => ({ ok: false, outcome: { kind: 'rejected', reason: 'no such list' } })
    expect(await compare()).toMatchObject({ error: 'no such list' })
    crm.ids = () => ({ ok: true, ids: ['c1'], cursor: 'again', more: true })
    expect((await compare())?.error).toContain('does not end')
    expect(await dead()).toEqual(['c3'])
  })

  test('an empty list is held; discarded it is forgotten; released it deletes what was not heard of since', async () => {
    const acts = createActions(scene.hub)
    const key = { system: 'crm', object: 'contact', by: 'sam' }
    crm.ids = () => ({ ok: true, ids: [], cursor: null, more: false })
    expect(await compare()).toMatchObject({ held: { known: COUNT - 1, listed: 0 } })
    expect(await dead()).toEqual(['c3'])
    expect(await acts.decideHeldDeletes({ ...key, verdict: 'discard' })).toEqual({ ok: true, deleted: 0 })
    expect(await look()).toMatchObject({ held: null })
    expect(await acts.decideHeldDeletes({ ...key, verdict: 'release' })).toMatchObject({
      ok: false,
      code: 'state_conflict',
    })
    await compare()
    // One speaks after the list was made.
    await scene.post('crm', { id: 'c0', data: { mail: 'c0@example.com', first: 'Alive' } })
    await scene.calm()
    expect(await acts.decideHeldDeletes({ ...key, verdict: 'release' })).toEqual({ ok: true, deleted: COUNT - 2 })
    await scene.calm()
    expect(await dead()).toHaveLength(COUNT - 1)
    expect(await dead()).not.toContain('c0')
    const audited = await scene.rows(`select action, target, detail from audit order by id`)
    expect(audited).toEqual([
      { action: 'deletes.discard', target: 'crm/contact', detail: { deleted: 0 } },
      { action: 'deletes.release', target: 'crm/contact', detail: { deleted: COUNT - 2 } },
    ])
  })
})
