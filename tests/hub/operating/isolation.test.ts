import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { openWork } from '../open-work.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  shop: { connector: shop, objects: { contact: {}, order: {} } }
  good: { connector: good, objects: { contact: {} } }
  down: { connector: down, objects: { contact: {} }, limits: { probeAfter: 300ms } }
  busy: { connector: busy, objects: { contact: {} } }
  buggy: { connector: buggy, objects: { contact: {} }, limits: { probeAfter: 300ms } }
  narrow: { connector: narrow, objects: { contact: {}, order: {} } }
routes:
  - { entity: person, system: good, object: contact }
  - { entity: person, system: down, object: contact, when: "jobTitle = 'down'" }
  - { entity: person, system: busy, object: contact, when: "jobTitle = 'busy'" }
  - { entity: person, system: buggy, object: contact, when: "jobTitle = 'buggy'" }
  - { entity: order, system: narrow, object: order }
  - { entity: person, system: narrow, object: contact, when: "jobTitle = 'narrow'" }
`
const CONTACT_OUT = '{"ext": $id, "mail": email, "name": givenName}'
const MAPPINGS = {
  'shop/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
  'shop/order.in': '{"order": {"number": number}}',
  'shop/bomb.in': '( $f := function(){ $f() }; $f() )',
  'good/contact.out': CONTACT_OUT,
  'down/contact.out': CONTACT_OUT,
  'busy/contact.out': CONTACT_OUT,
  'buggy/contact.out': CONTACT_OUT,
  'narrow/contact.out': CONTACT_OUT,
  'narrow/order.out': '{"ext": $id, "number": number}',
}

describe('one in trouble stops nothing else', () => {
  const shop = createMemoryVendor('shop')
  const good = createMemoryVendor('good')
  const down = createMemoryVendor('down', { batchMax: 1 })
  const busy = createMemoryVendor('busy', { batchMax: 1, concurrency: 1 })
  const buggy = createMemoryVendor('buggy', { batchMax: 1 })
  const narrow = createMemoryVendor('narrow', { batchMax: object => (object === 'contact' ? 50 : 1), concurrency: 2 })
  let scene: Scene

  beforeAll(async () => {
    scene = await startScene({
      yaml: YAML,
      connectors: [shop, good, down, busy, buggy, narrow].map(vendor => vendor.connector),
      mappings: MAPPINGS,
    })
  })

  const people = (job: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      id: `${job}${n}`,
      data: { mail: `${job}${n}@example.com`, name: `${job} ${n}`, job },
    }))
  const deliveriesTo = (system: string) =>
    scene.rows<{ state: string; reason: string | null; failures: number; attempts: number }>(
      `select state, reason, failures, coalesce(array_length(attempt_ids, 1), 0) as attempts from delivery where system = '${system}'`,
    )
  const names = (vendor: typeof good, job: string): number =>
    [...vendor.records.values()].filter(({ mail }) => typeof mail === 'string' && mail.startsWith(job)).length

  test('a destination that is down: its circuit opens, others get theirs at once, it is drained when it is back', async () => {
    down.answer = () => ({ kind: 'retry', reason: 'connection refused' })
    await scene.post('shop', people('down', 30))
    await until(
      () => names(good, 'down'),
      count => count === 30,
      5_000,
    )
    const breaker = async (): Promise<string | undefined> =>
      (await scene.rows<{ state: string }>(`select breaker ->> 'state' as state from system where name = 'down'`))[0]
        ?.state
    await until(breaker, state => state === 'open' || state === 'probing')
    // Five failures in a row opened it, beside those that were under way; from then on there are only probes.
    const calls = down.writes.length
    expect(calls).toBeLessThanOrEqual(5 + 4)
    await until(
      () => down.writes.length,
      count => count > calls,
    )

    down.answer = () => undefined
    await createActions(scene.hub).retryDeliveries(
      await scene.rows(
        `select system, object, golden_id as "goldenId" from delivery where system = 'down' and state = 'retrying'`,
      ),
    )
    await until(
      () => names(down, 'down'),
      count => count === 30,
      15_000,
    )
    await scene.calm()
    expect(new Set([...down.records.values()].map(record => record['ext'])).size).toBe(30)
    expect(await breaker()).toBe('closed')
  })

  test('a vendor that answers 429 is left alone until the time it named; no failure is counted', async () => {
    let throttled = 0
    let quietUntilMs = 0
    busy.answer = () => {
      if (throttled > 0) return undefined
      throttled += 1
      quietUntilMs = Date.now() + 1_500
      return { kind: 'retry', reason: 'HTTP 429', throttled: true, notBeforeMs: quietUntilMs }
    }
    await scene.post('shop', people('busy', 5))
    await until(
      () => throttled,
      count => count === 1,
    )
    await until(async () => (await deliveriesTo('busy')).some(delivery => delivery.reason === 'throttled'), Boolean)
    expect((await deliveriesTo('busy')).every(delivery => delivery.failures === 0)).toBe(true)
    await until(
      () => names(busy, 'busy'),
      count => count === 5,
    )
    expect(busy.writes.slice(1).every(write => write.at >= quietUntilMs)).toBe(true)
    await scene.calm()
    const ends = await deliveriesTo('busy')
    expect(ends.map(({ state, failures }) => ({ state, failures }))).toEqual(
      ends.map(() => ({ state: 'synced', failures: 0 })),
    )
  })

  test('a poison event among good ones is alone in its death', async () => {
    const events = [...people('poison', 20), { id: 'p!', data: { mail: 'p@example.com', name: { no: 'text' } } }]
    await scene.post('shop', events)
    await scene.calm()
    expect(names(good, 'poison')).toBe(20)
    expect(await scene.rows(`select state, reason from event where remote_id = 'p!'`)).toEqual([
      { state: 'dead', reason: 'schema_violation' },
    ])
  })

  test('an endless mapping ends its own event only, with the limit that it hit', async () => {
    const started = Date.now()
    await scene.post('shop', [{ object: 'bomb', id: 'b1', data: {} }, ...people('calm', 5)])
    await scene.calm()
    expect(names(good, 'calm')).toBe(5)
    const [bomb] = await scene.rows<{ state: string; reason: string; detail: { message: string } }>(
      `select state, reason, detail from event where remote_id = 'b1'`,
    )
    expect(bomb).toMatchObject({ state: 'dead', reason: 'mapping_failed', detail: { mapping: 'shop/bomb.in' } })
    expect(bomb?.detail.message).toMatch(/depth|deep|time|limit/i)
    expect(Date.now() - started).toBeLessThan(5_000)
  })

  test('a connector that throws is tried again after its circuit opened, and heals', async () => {
    buggy.answer = () => {
      throw new Error('undefined is not a function')
    }
    await scene.post('shop', people('buggy', 8))
    await until(
      () => names(good, 'buggy'),
      count => count === 8,
      5_000,
    )
    await until(async () => (await deliveriesTo('buggy')).some(delivery => delivery.state === 'unknown'), Boolean)
    buggy.answer = () => undefined
    const stuck = `select system, object, golden_id as "goldenId" from delivery where system = 'buggy' and state = 'unknown'`
    await until(
      async () => {
        await createActions(scene.hub).retryDeliveries(await scene.rows(stuck))
        return names(buggy, 'buggy')
      },
      count => count === 8,
      15_000,
    )
    await scene.calm()
    expect((await deliveriesTo('buggy')).map(delivery => delivery.state)).toEqual(Array(8).fill('synced'))
  })

  test('never more calls under way than the system takes, also where one object has no batches', async () => {
    narrow.answer = async () => {
      await new Promise(resolve => setTimeout(resolve, 5))
      return undefined
    }
    const orders = Array.from({ length: 60 }, (_, n) => ({ object: 'order', id: `o${n}`, data: { number: `N-${n}` } }))
    await scene.post('shop', [...orders, ...people('narrow', 10)])
    await scene.calm(20_000)
    expect(narrow.records.size).toBe(70)
    expect(narrow.calls.most).toBe(2)
  })

  test('a paused system keeps its deliveries and gets them when it goes on', async () => {
    const actions = createActions(scene.hub)
    await actions.pauseSystem('busy', 'maintenance', 'test')
    await scene.post('shop', people('busy', 7))
    const open = await until(
      () => openWork(scene.rows),
      work => names(good, 'busy') === 7 && work.every(one => !one.startsWith('good')),
    )
    expect(names(busy, 'busy')).toBe(5)
    expect(open).toEqual(['busy pending ', 'busy pending '])
    await actions.resumeSystem('busy', 'test')
    await scene.calm()
    expect(names(busy, 'busy')).toBe(7)
  })

  test('a create that meets a remote record of another customer ends, and a person is asked', async () => {
    busy.answer = (_object, item) =>
      item.content['mail'] === 'twin@example.com' ? { kind: 'exists', remoteId: 'busy-1' } : undefined
    const writes = busy.writes.length
    await scene.post('shop', [{ id: 'twin', data: { mail: 'twin@example.com', name: 'Twin', job: 'busy' } }])
    await scene.calm()
    expect(busy.writes.length - writes).toBe(1)
    const [delivery] = await scene.rows<object>(
      `select state, reason, detail from delivery where system = 'busy' and reason = 'taken'`,
    )
    expect(delivery).toMatchObject({ state: 'dead', detail: { remoteId: 'busy-1' } })
    expect(await scene.rows('select kind from review')).toEqual([{ kind: 'same_remote_record' }])
  })
})
