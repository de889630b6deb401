import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { Outcome } from '#connector/outcome.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  erp: { connector: erp }
  crm: { connector: crm }
  shop: { connector: shop }
  desk: { connector: desk }
routes:
  - { entity: person, system: crm, object: contact, when: "jobTitle != 'away'" }
  - { entity: person, system: shop, object: contact, when: "jobTitle != 'away'", onRouteExit: archive }
  - { entity: person, system: desk, object: contact, when: "jobTitle != 'away'", onRouteExit: delete }
`
const OUT = `{"ext": $id, "mail": email, "name": givenName, "news": $exists(consents[status = 'granted'])}`

describe('a golden record that leaves a route', () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm', { patches: true })
  const shop = createMemoryVendor('shop')
  const desk = createMemoryVendor('desk')
  let scene: Scene
  let time = Date.parse('2026-01-01T00:00:00Z')

  beforeAll(async () => {
    scene = await startScene({
      yaml: YAML,
      connectors: [erp, crm, shop, desk].map(vendor => vendor.connector),
      mappings: {
        'erp/contact.in': `{"person": {"email": mail, "givenName": name, "jobTitle": title, "consents": [{"channel": "email", "purpose": "newsletter",
          "status": news ? "granted" : "denied", "origin": "explicit"}]}}`,
        'crm/contact.in': `{"person": {"email": mail, "givenName": name}}`,
        'crm/contact.out': OUT,
        'shop/contact.out': OUT,
        'desk/contact.in': `{"person": {"email": mail, "givenName": name}}`,
        'desk/contact.out': OUT,
      },
    })
  })

  async function say(id: string, name: string, title: 'here' | 'away', news = true): Promise<void> {
    time += 10 * 60_000
    const data = { mail: `${id}@example.com`, name, title, news }
    await scene.post('erp', [{ id, at: new Date(time).toISOString(), data }])
  }
  const held = (vendor: MemoryVendor, id: string) =>
    [...vendor.records.values()].filter(record => record['mail'] === `${id}@example.com`)
  const delivery = async (system: string, id: string) =>
    (
      await scene.rows<{ state: string; reason: string | null }>(
        `select d.state, d.reason from delivery d join golden_record g on g.id = d.golden_id
         where d.system = '${system}' and g.fields ->> 'email' = '${id}@example.com'`,
      )
    )[0]

  test('freeze: one last write with what consent changes; back on its route it is written whole', async () => {
    await say('f', 'Ana', 'here')
    await scene.calm()
    expect(held(crm, 'f')).toMatchObject([{ name: 'Ana', news: true }])

    await say('f', 'Changed', 'away', false)
    await scene.calm()
    expect(held(crm, 'f')).toMatchObject([{ name: 'Ana', news: false }])
    expect(await delivery('crm', 'f')).toEqual({ state: 'frozen', reason: 'route_exit' })

    const writes = crm.writes.length
    await say('f', 'Again', 'away', true)
    await scene.calm()
    expect(crm.writes).toHaveLength(writes)

    await say('f', 'Back', 'here', true)
    await scene.calm()
    expect(held(crm, 'f')).toMatchObject([{ name: 'Back', news: true }])
    expect(await delivery('crm', 'f')).toEqual({ state: 'synced', reason: null })
  })

  test('back on its route it is written whole also where nobody knew whether the write before the last one had come', async () => {
    await say('u', 'Uli', 'here')
    await scene.calm()
    crm.answer = (_object, { remoteId = '', changed }) => {
      crm.records.set(remoteId, { ...crm.records.get(remoteId), ...changed })
      crm.answer = () => undefined
      return { kind: 'unknown', reason: 'no answer' }
    }
    await say('u', 'New', 'here')
    await until(
      async () => await delivery('crm', 'u'),
      found => found?.state === 'unknown',
    )
    await say('u', 'Uli', 'away', false)
    await scene.calm()
    expect(held(crm, 'u')).toMatchObject([{ name: 'New', news: false }])
    expect(await delivery('crm', 'u')).toEqual({ state: 'frozen', reason: 'route_exit' })
    await say('u', 'Uli', 'here', false)
    await scene.calm()
    expect(held(crm, 'u')).toMatchObject([{ name: 'Uli', news: false }])
    expect(await delivery('crm', 'u')).toEqual({ state: 'synced', reason: null })
    expect(await scene.rows('select 1 from delivery where in_flight is not null')).toEqual([])
  })

  test('what the last write did not carry is heard when people set it there', async () => {
    await say('l', 'Lena', 'here')
    await scene.calm()
    await say('l', 'Changed', 'away', false)
    await scene.calm()
    const [id] = [...crm.records].find(([, record]) => record['mail'] === 'l@example.com') ?? ['none']
    const at = new Date(time + 60_000).toISOString()
    await scene.post('crm', [{ id, at, data: { mail: 'l@example.com', name: 'Changed' } }])
    await scene.calm()
    const [source] = await scene.rows<{ name: { v: string; a?: boolean } }>(
      `select fields -> 'givenName' as name from source_record where system = 'crm' and remote_id = '${id}'`,
    )
    expect(source?.name.v).toBe('Changed')
    expect(source?.name.a).toBeUndefined()
  })

  test('archive and delete; back on its route it is there again, once', async () => {
    // An archived record keeps what it has.
    shop.removalAnswer = item => ({ kind: 'delivered', remoteId: item.remoteId ?? '' })
    await say('r', 'Ana', 'here')
    await scene.calm()
    await say('r', 'Ana', 'away')
    await scene.calm()
    expect(shop.removals.at(-1)).toMatchObject({ how: 'archive' })
    expect(held(desk, 'r')).toEqual([])
    expect(await delivery('shop', 'r')).toEqual({ state: 'absent', reason: 'archived' })
    expect(await delivery('desk', 'r')).toEqual({ state: 'absent', reason: 'deleted' })

    await say('r', 'Back', 'here')
    await scene.calm()
    expect(held(shop, 'r')).toMatchObject([{ name: 'Back' }])
    expect(held(desk, 'r')).toMatchObject([{ name: 'Back' }])
    expect(await delivery('desk', 'r')).toEqual({ state: 'synced', reason: null })
  })

  test('people who delete what was archived long ago delete it for good: back on its route it is not created again', async () => {
    shop.removalAnswer = item => ({ kind: 'delivered', remoteId: item.remoteId ?? '' })
    await say('p', 'Pia', 'here')
    await scene.calm()
    await say('p', 'Pia', 'away')
    await scene.calm()
    const creates = shop.writes.length
    const [id] = [...shop.records].find(([, record]) => record['mail'] === 'p@example.com') ?? ['none']
    await scene.rows(`update delivery set settled_at = now() - interval '1 hour' where remote_id = '${id}'`)
    await scene.post('shop', [{ id, kind: 'delete', at: new Date().toISOString() }])
    await scene.calm()
    await say('p', 'Back', 'here')
    await scene.calm()
    expect(await delivery('shop', 'p')).toEqual({ state: 'absent', reason: 'deleted_there' })
    expect(shop.writes).toHaveLength(creates)
  })

  async function merge(winner: string, loser: string): Promise<void> {
    const goldenOf = async (id: string): Promise<string> => {
      const [row] = await scene.rows<{ golden_id: string }>(
        `select golden_id from remote_record where system = 'erp' and remote_id = '${id}'`,
      )
      return row?.golden_id ?? 'none'
    }
    const pair = { winnerId: await goldenOf(winner), loserId: await goldenOf(loser) }
    expect(await createActions(scene.hub).mergeCustomers({ ...pair, by: 'sam' })).toMatchObject({ ok: true })
  }

  test('what a merge brings to a customer that has left, leaves too', async () => {
    await say('loser', 'Lia', 'here')
    await say('winner', 'Win', 'away', false)
    await scene.calm()
    expect([crm, shop, desk].map(vendor => held(vendor, 'loser').length)).toEqual([1, 1, 1])
    await merge('winner', 'loser')
    await scene.calm()
    expect(held(crm, 'loser')).toMatchObject([{ name: 'Lia', news: false }])
    expect(await delivery('crm', 'winner')).toEqual({ state: 'frozen', reason: 'route_exit' })
    expect(await delivery('shop', 'winner')).toEqual({ state: 'absent', reason: 'archived' })
    expect(held(desk, 'loser')).toEqual([])
  })

  test('of two records in one place the second is told so too, when its vendor merges the first into it', async () => {
    await say('first', 'Fay', 'here')
    await scene.calm()
    await say('second', 'Sue', 'here')
    await scene.calm()
    await say('first', 'Fay', 'away', false)
    await scene.calm()
    await merge('second', 'first')
    await scene.calm()
    const ids = await scene.rows<{ id: string }>(
      `select remote_id as id from remote_record where system = 'crm' and golden_id = (select golden_id from remote_record where remote_id = 'first') order by linked_at`,
    )
    expect(ids).toHaveLength(2)
    expect(held(crm, 'second')).toMatchObject([{ news: true }])
    await scene.post('crm', [
      { id: ids[0]?.id, kind: 'merge', mergedInto: ids[1]?.id, at: new Date(time).toISOString() },
    ])
    await scene.calm()
    expect(held(crm, 'second')).toMatchObject([{ news: false }])
  })

  test('of two records in one place the other is the primary one when the first, put away by the hub, is deleted', async () => {
    await say('left', 'Lee', 'here')
    await say('right', 'Ray', 'here')
    await scene.calm()
    await merge('left', 'right')
    await scene.calm()
    await say('left', 'Lee', 'away')
    await scene.calm()
    const inShop = () =>
      scene.rows<{ id: string; is_primary: boolean }>(
        `select remote_id as id, is_primary from remote_record where system = 'shop' and golden_id = (select golden_id from remote_record where remote_id = 'left') order by linked_at, remote_id`,
      )
    const [first, other] = await inShop()
    expect(first?.is_primary).toBe(true)
    await scene.post('shop', [{ id: first?.id, kind: 'delete', at: new Date().toISOString() }])
    await scene.calm()
    expect(await inShop()).toEqual([
      { id: first?.id, is_primary: false },
      { id: other?.id, is_primary: true },
    ])
  })

  test('of two records in one place both are removed', async () => {
    await say('two', 'Tea', 'here')
    await say('one', 'Ona', 'here')
    await scene.calm()
    await merge('one', 'two')
    await scene.calm()
    await say('one', 'Ona', 'away')
    await scene.calm()
    expect([...held(desk, 'one'), ...held(desk, 'two')]).toEqual([])
  })

  test('of two records in one place both are removed where the echo of the first removal beats its answer', async () => {
    await say('four', 'Fay', 'here')
    await say('three', 'Thea', 'here')
    await scene.calm()
    await merge('three', 'four')
    await scene.calm()
    desk.removalAnswer = async ({ remoteId: id = '' }) => {
      desk.removalAnswer = () => undefined
      await scene.post('desk', [{ id, kind: 'delete', at: new Date().toISOString() }])
      await until(
        () => scene.rows(`select from remote_record where remote_id = '${id}' and tombstone_by = 'hub'`),
        ({ length }) => length === 1,
      )
      return undefined
    }
    await say('three', 'Thea', 'away')
    await scene.calm()
    expect([...held(desk, 'three'), ...held(desk, 'four')]).toEqual([])
  })

  test('one that was never written is just not written', async () => {
    await say('n', 'Nobody', 'away')
    await scene.calm()
    for (const vendor of [crm, shop, desk]) expect(held(vendor, 'n')).toEqual([])
    expect(await delivery('crm', 'n')).toBeUndefined()
  })

  /** The next write to this vendor hangs until the answer is given. */
  function hold(vendor: MemoryVendor) {
    let answer: (outcome: Outcome | undefined) => void = () => {}
    const answered = new Promise<Outcome | undefined>(resolve => {
      answer = resolve
    })
    const started = new Promise<void>(resolve => {
      vendor.answer = () => {
        vendor.answer = () => undefined
        resolve()
        return answered
      }
    })
    return { started, answer }
  }

  test('while its create is under way: it is removed when that is settled', async () => {
    const call = hold(desk)
    await say('u', 'Ana', 'here')
    await call.started
    await say('u', 'Ana', 'away')
    await until(
      () => delivery('desk', 'u'),
      found => found?.reason === 'route_exit',
    )
    call.answer(undefined)
    await scene.calm()
    expect(held(desk, 'u')).toEqual([])
    expect(await delivery('desk', 'u')).toEqual({ state: 'absent', reason: 'deleted' })
  })

  test('what is being written when a merge brings it, and comes after it was put away, is put away again', async () => {
    await say('lost', 'Lia', 'here')
    await scene.calm()
    const call = hold(shop)
    await say('lost', 'Lio', 'here')
    await call.started
    await say('won', 'Win', 'away')
    await until(
      () => scene.rows(`select from remote_record where remote_id = 'won' and golden_id is not null`),
      ({ length }) => length === 1,
    )
    await merge('won', 'lost')
    await until(
      () => delivery('shop', 'won'),
      found => found?.reason === 'archived',
    )
    const removals = shop.removals.length
    call.answer(undefined)
    await scene.calm()
    expect(shop.removals).toHaveLength(removals + 1)
    expect(await delivery('shop', 'won')).toEqual({ state: 'absent', reason: 'archived' })
  })

  test('back while it is being deleted: it is there again when that is settled', async () => {
    await say('b', 'Ana', 'here')
    await scene.calm()
    let answer: () => void = () => {}
    const started = new Promise<void>(resolve => {
      desk.removalAnswer = () => {
        desk.removalAnswer = () => undefined
        resolve()
        return new Promise(done => {
          answer = () => done(undefined)
        })
      }
    })
    await say('b', 'Ana', 'away')
    await started
    await say('b', 'Back', 'here')
    await until(
      () =>
        scene.rows<{ name: string }>(
          `select fields ->> 'givenName' as name from golden_record where fields ->> 'email' = 'b@example.com'`,
        ),
      ([golden]) => golden?.name === 'Back',
    )
    await until(
      () => scene.rows('select from plan_work'),
      work => work.length === 0,
    )
    answer()
    await scene.calm()
    expect(held(desk, 'b')).toMatchObject([{ name: 'Back' }])
    expect(await delivery('desk', 'b')).toEqual({ state: 'synced', reason: null })
  })

  test.each([
    ['it was written: found, and removed', true],
    ['it was not written: it is not created either', false],
  ])('while nobody knows whether its create arrived; %s', async (_name, arrived) => {
    const id = arrived ? 'x1' : 'x2'
    desk.answer = (_object, item) => {
      desk.answer = () => undefined
      if (arrived) desk.records.set(`late-${id}`, { ...item.content })
      return { kind: 'unknown', reason: 'timeout' }
    }
    await say(id, 'Ana', 'here')
    await until(
      () => delivery('desk', id),
      found => found?.state === 'unknown',
    )
    const writes = desk.writes.length
    await say(id, 'Ana', 'away')
    await scene.calm(15_000)
    expect(held(desk, id)).toEqual([])
    expect(await delivery('desk', id)).toEqual({ state: 'absent', reason: arrived ? 'deleted' : 'never_written' })
    expect(desk.writes).toHaveLength(writes)
  })

  test('what was deleted is made anew of what is still said, not of what was sent before', async () => {
    const [mail, news] = ['c@example.com', true]
    await scene.post('erp', [
      { id: 'c', data: { mail, title: 'here', news } },
      { id: 'c2', data: { mail, name: 'Nora', news } },
    ])
    await scene.calm()
    expect(held(desk, 'c')).toMatchObject([{ name: 'Nora' }])
    await scene.post('erp', [{ id: 'c', data: { mail, title: 'away', news } }])
    await scene.calm()
    await scene.post('erp', [{ id: 'c2', kind: 'delete' }])
    await scene.calm()
    await scene.post('erp', [{ id: 'c', data: { mail, title: 'here', news } }])
    await scene.calm()
    expect(held(desk, 'c')).toEqual([expect.not.objectContaining({ name: 'Nora' })])
    expect(await delivery('desk', 'c')).toEqual({ state: 'synced', reason: null })
  })
})
