import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { PullResult } from '#connector/kit.ts'
import type { Json } from '#model/json.ts'
import { createGates } from '#deliver/limits/gate.ts'
import { pollDue } from '#deliver/read/poll.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: { pollEvery: 1h } }, limits: { probeAfter: 100ms } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: desk, object: contact }
`
const MAPPINGS = {
  'crm/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'desk/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

describe('reconciliation', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  const cursors: (Json | undefined)[] = []
  let scene: Scene

  beforeAll(async () => {
    crm.changes = page([], 'start')
    scene = await startScene({ yaml: YAML, connectors: [crm.connector, desk.connector], mappings: MAPPINGS })
    await until(
      () => cursors.length,
      count => count > 0,
    )
  })

  function page(ids: string[], cursor: Json, more = false): (cursor: Json | undefined) => PullResult {
    return seen => {
      cursors.push(seen)
      const records = ids.map(id => ({ remoteId: id, state: { mail: `${id}@example.com`, name: id }, modifiedAtMs: 1 }))
      return { ok: true, records, cursor, more }
    }
  }
  const names = (): string[] =>
    [...desk.records.values()]
      .flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
      .sort((a, b) => (a < b ? -1 : 1))
  async function position() {
    const [row] = await scene.rows<{
      cursor: Json
      poll_failures: number
      poll_error: string | null
      in_ms: number
      leased: boolean
      polled: boolean
    }>(`select cursor, poll_failures, poll_error, (extract(epoch from poll_due_at - now()) * 1000)::float8 as in_ms,
          lease_until is not null as leased, polled_at is not null as polled from system_object where system = 'crm'`)
    if (row === undefined) throw new Error('the object has no row')
    return row
  }
  /** What the recurring job does, now, for what is due now. */
  async function poll(): Promise<void> {
    await until(
      async () => (await position()).leased,
      leased => !leased,
    )
    await scene.rows(`update system_object set poll_due_at = now(), polled_at = null where system = 'crm'`)
    const { hub } = scene
    const gates = createGates({ ...hub, quotas: { take: async () => {} } })
    await pollDue({
      ...hub,
      ...hub.calls,
      gates,
      append: (system, events, traceId) => hub.append(system, 'poll', events, traceId).then(() => undefined),
    })
    await until(
      async () => (await position()).polled,
      polled => polled,
    )
  }

  test('the first pull begins at the beginning, and the next one is due after the interval', async () => {
    expect(cursors[0]).toBeUndefined()
    await until(
      async () => (await position()).cursor,
      cursor => cursor === 'start',
    )
    expect((await position()).in_ms).toBeGreaterThan(3_000_000)
  })

  test('a change that no webhook told of arrives, page by page, and the position moves on', async () => {
    const pages = [page(['w1', 'w2'], 'c1', true), page(['w3'], 'c2')]
    crm.changes = cursor => (pages.shift() ?? page([], 'c2'))(cursor)
    cursors.length = 0
    await poll()
    await scene.calm()
    expect(names()).toEqual(['w1', 'w2', 'w3'])
    expect(cursors).toEqual(['start', 'c1'])
    expect(await position()).toMatchObject({ cursor: 'c2', poll_failures: 0, poll_error: null })
  })

  test('what is told again changes nothing', async () => {
    const writes = desk.writes.length
    crm.changes = page(['w1', 'w2', 'w3'], 'c3')
    await poll()
    await scene.calm()
    expect(desk.writes.length).toBe(writes)
  })

  test('what was polled keeps when it was read, also when it is run again', async () => {
    const records = [{ remoteId: 'w1', state: { mail: 'w1@example.com', name: 'w1' } }]
    crm.changes = () => ({ ok: true, records, cursor: 'c3', more: false })
    await poll()
    await scene.calm()
    const last = () =>
      scene.rows<{ id: string; run: number; from: number }>(
        `select id, run, (detail -> 'readFrom')::float8 as from from event order by id desc limit 1`,
      )
    const [event] = await last()
    expect(event?.from).toBeGreaterThan(0)
    await createActions(scene.hub).replayEvents([event?.id ?? ''])
    await scene.calm()
    expect(await last()).toEqual([{ ...event, run: 1 }])
  })

  test('failures back off and say why; the position stays; what came before is kept', async () => {
    const pages: ((cursor: Json | undefined) => PullResult)[] = [
      page(['w4'], 'c4', true),
      () => ({ ok: false, outcome: { kind: 'retry', reason: 'HTTP 502 \0' } }),
    ]
    crm.changes = cursor => (pages.shift() ?? page([], 'lost'))(cursor)
    await poll()
    const first = await position()
    expect(first).toMatchObject({ cursor: 'c4', poll_failures: 1, poll_error: 'HTTP 502 \uFFFD', leased: false })
    expect(first.in_ms).toBeGreaterThan(3_000)
    expect(first.in_ms).toBeLessThan(6_500)
    crm.changes = () => {
      throw new Error('the connector has a bug')
    }
    await poll()
    expect(await position()).toMatchObject({
      cursor: 'c4',
      poll_failures: 2,
      poll_error: 'The connector failed: the connector has a bug',
    })
    crm.changes = page(['w5'], 'c5')
    await poll()
    await scene.calm()
    expect(await position()).toMatchObject({ cursor: 'c5', poll_failures: 0, poll_error: null })
    expect(names()).toEqual(['w1', 'w2', 'w3', 'w4', 'w5'])
  })

  test('a rate limit is waited out and is no failure', async () => {
    crm.changes = () => ({
      ok: false,
      outcome: { kind: 'retry', reason: 'HTTP 429', throttled: true, notBeforeMs: Date.now() + 60_000 },
    })
    await poll()
    const seen = await position()
    expect(seen).toMatchObject({ poll_failures: 0, poll_error: 'HTTP 429' })
    expect(seen.in_ms).toBeGreaterThan(50_000)
  })
})
