import type * as fs from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { OutcomeKind } from '#connector/outcome.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { type Scene, startScene } from '../hub/scene.ts'
import { type Clock, seedRhythm, startClock } from './clock.ts'
import { MINUTE_MS } from './facts.ts'
import { type Bench, INJECTED } from './injected.ts'
import { type Receiver, startReceiver } from './receiver.ts'

// Each way to fail is made to happen in one running hub: which alert, within which time, to which team, in which words, and
// that it ends when the failure does. Time is moved on in steps; the disk is the only thing that is not as it is.

const disk = vi.hoisted(() => ({ free: undefined as { share: number; gib: number } | undefined }))
vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof fs>()
  const blocks = (1_000 * 1_024 ** 3) / 4_096
  const low = ({ share, gib }: { share: number; gib: number }) => ({
    bavail: (gib * 1_024 ** 3) / 4_096,
    bsize: 4_096,
    blocks: blocks * (gib / share / 1_000),
  })
  const statfs = (folder: string) => (disk.free === undefined ? real.statfs(folder) : Promise.resolve(low(disk.free)))
  return { ...real, statfs }
})

const TO = INJECTED.filter(
  ({ failure }) => failure.startsWith('outcome') || ['breaker open', 'brake held'].includes(failure),
)
const SOURCES = INJECTED.filter(injected => !TO.includes(injected))
const CRMS = TO.map(({ system }) => system)

const YAML = `
teams: { sales: { title: Sales }, platform: { title: Platform } }
alerts:
  defaultTeam: platform
  channels:
    chat: { type: slack, everyHourMax: 1000, secrets: { url: env:CHAT } }
    ops: { type: feishu, everyHourMax: 1000, secrets: { url: env:OPS } }
  teams:
    sales: { channels: [chat] }
    platform: { channels: [ops], language: zh }
systems:
${SOURCES.map(({ system, team }) => `  ${system}: { connector: ${system}, team: ${team}, objects: { contact: {} } }`).join('\n')}
${TO.map(({ system, team }) => `  ${system}: { connector: ${system}, team: ${team}, objects: { contact: { brake: ${system === 'braked' ? '{ records: 4, percent: 1 }' : 'off'} } } }`).join('\n')}
routes:
${CRMS.map(system => `  - { entity: person, system: ${system}, object: contact, when: "jobTitle = '${system}'" }`).join('\n')}
`
const IN = '{"person": {"email": mail, "givenName": name, "jobTitle": job}}'
const MAPPINGS = {
  'site/contact.in': `broken ? $error("no such field") : ${IN}`,
  'door/contact.in': IN,
  'quiet/contact.in': IN,
  ...Object.fromEntries(
    CRMS.map(system => [`${system}/contact.out`, '{"ext": $id, "mail": email, "name": givenName}']),
  ),
}

describe('each way to fail', () => {
  let scene: Scene
  let clock: Clock
  let bench: Bench
  let receiver: Receiver
  const since = new Map<string, number>()

  /** Everything that a team was told, as text. */
  const told = (team: 'sales' | 'platform'): string =>
    receiver.received
      .filter(({ path }) => path === (team === 'sales' ? '/chat' : '/ops'))
      .map(({ body }) => texts(JSON.parse(body)).join('\n'))
      .join('\n')
  const dueWork = (which: 'first' | 'all' = 'first') =>
    scene.rows(`
      select 1 from event where state in ('pending', 'reading') union all select 1 from resolve_work union all select 1 from plan_work
      union all select 1 from delivery where lease_by is not null or (due_at <= now() and (${which === 'all'} or state = 'pending') and system not in
        (select name from system where state <> 'active' or breaker ->> 'state' <> 'closed'))`)
  const open = () =>
    scene.rows<{ name: string; system: string | null }>(`select name, system from alert where state <> 'resolved'`)

  /**
   * Looks at every step until it is as wanted. Returns the minutes that went by. What waits for a second try is taken up once a
   * second of real time: only where that matters is it waited for at every step.
   */
  async function pass(
    minutesMax: number,
    isEnough: () => Promise<boolean>,
    which: 'first' | 'all' = 'first',
  ): Promise<number> {
    const startedMs = clock.nowMs()
    for (;;) {
      await until(
        () => dueWork(which),
        rows => rows.length === 0,
      )
      await scene.hub.alerts.look()
      const minutes = (clock.nowMs() - startedMs) / MINUTE_MS
      if ((await isEnough()) || minutes > minutesMax) return minutes
      await clock.advance(minutes < 8 ? MINUTE_MS / 2 : MINUTE_MS)
    }
  }

  beforeAll(async () => {
    const db = await createTestDatabase()
    clock = await startClock(db)
    receiver = await startReceiver()
    receiver.answer = () => ({ status: 200, body: '{"code":0}' })
    const names = ['site', 'door', 'quiet', ...CRMS]
    // One try at a time tells what became of each; what cannot be looked for is not known.
    const vendors = Object.fromEntries(
      names.map(name => [name, createMemoryVendor(name, { batchMax: 1, find: name !== 'unknown' })]),
    )
    const connectors = Object.values(vendors).map(({ connector }) => connector)
    for (const { push } of connectors) if (push !== undefined) Object.assign(push, { poll: poll(push) })
    scene = await startScene(
      { yaml: YAML, connectors, mappings: MAPPINGS, env: { CHAT: `${receiver.url}/chat`, OPS: `${receiver.url}/ops` } },
      db,
    )
    const customers = async (system: string, count: number, change = 'Ana'): Promise<void> => {
      const at = new Date(clock.nowMs()).toISOString()
      const events = Array.from({ length: count }, (_, n) => ({
        id: `${system}${n}`,
        eventId: `${system}${n}${change}`,
        at,
        data: { mail: `${system}${n}@example.com`, name: `${change} ${n}`, job: system },
      }))
      await scene.post('site', events)
      await until(
        () => dueWork(),
        rows => rows.length === 0,
      )
    }
    bench = { scene, vendors, actions: createActions(scene.hub), nowMs: clock.nowMs, customers }
    await seedRhythm(db, 'quiet', clock.nowMs())
    await scene.hub.alerts.look()
    return () => receiver.close()
  })
  afterAll(() => scene.hub.stop())

  /** A job that never ends, until the vendor answers as it should. */
  const poll =
    (push: { upsert: unknown }) =>
    async (): Promise<
      { kind: 'submitted'; job: string; pollAfterMs: number } | { kind: 'delivered'; remoteId: string }
    > =>
      bench.vendors['submitted']?.connector.push === push &&
      bench.vendors['submitted']?.answer('contact', { content: {} } as never) !== undefined
        ? { kind: 'submitted', job: 'j', pollAfterMs: clock.nowMs() + MINUTE_MS }
        : { kind: 'delivered', remoteId: 'done' }

  test('every outcome other than delivered is among them', () => {
    const kinds: Record<Exclude<OutcomeKind, 'delivered'>, true> = {
      submitted: true,
      retry: true,
      unknown: true,
      exists: true,
      gone: true,
      conflict: true,
      rejected: true,
      disconnected: true,
    }
    for (const kind of Object.keys(kinds)) expect(INJECTED.map(({ failure }) => failure)).toContain(`outcome ${kind}`)
  })

  test('all of them at once are found, each in its time', { timeout: 120_000 }, async () => {
    const startedMs = clock.nowMs()
    for (const { inject } of INJECTED) await inject(bench)
    const wanted = INJECTED.flatMap(({ system, alerts }) => alerts.map(({ name }) => `${name} ${system}`))
    await pass(65, async () => {
      // One customer of this system fails for long, and others do not: it is not down.
      const fine = { mail: 'fine@example.com', name: `Fine ${clock.nowMs()}`, job: 'retry' }
      await scene.post('site', {
        id: 'fine',
        eventId: fine.name,
        at: new Date(clock.nowMs()).toISOString(),
        data: fine,
      })
      for (const { name, system } of await open()) {
        const key = `${name} ${system}`
        if (!since.has(key)) since.set(key, (clock.nowMs() - startedMs) / MINUTE_MS)
      }
      return wanted.every(key => since.has(key))
    })
    expect([...since.keys()].toSorted()).toEqual(wanted.toSorted())
    await clock.advance(MINUTE_MS)
    await scene.hub.alerts.look()
  })

  test.each(INJECTED)('$failure: to the $team team, in its words', ({ system, team, alerts }) => {
    for (const { name, withinMinutes, text } of alerts) {
      expect(since.get(`${name} ${system}`), name).toBeLessThanOrEqual(withinMinutes)
      expect(told(team)).toMatch(text)
      expect(told(team === 'sales' ? 'platform' : 'sales')).not.toMatch(text)
    }
  })

  test('each ends when its failure does, and who was told is told', { timeout: 120_000 }, async () => {
    for (const { heal } of INJECTED) await heal(bench)
    await pass(
      80,
      async () => {
        await scene.post('quiet', { id: 'q1', eventId: String(clock.nowMs()), data: { mail: 'quiet@example.com' } })
        return (await open()).length === 0
      },
      'all',
    )
    expect(await open()).toEqual([])
    for (const { system, team, alerts } of INJECTED)
      for (const { name } of alerts) {
        const [row] = await scene.rows<{ told_to: string[] }>(
          `select told_to from alert where name = '${name}' and system = '${system}'`,
        )
        expect(row?.told_to, `${name} ${system}`).toEqual([team === 'sales' ? 'chat' : 'ops'])
        expect(told(team), system).toMatch(
          new RegExp(`${team === 'sales' ? 'Resolved: ' : '【已恢复】'}[\\s\\S]*${system}`),
        )
      }
  })

  test('a slow database', { timeout: 60_000 }, async () => {
    receiver.received = []
    await scene.rows(
      `create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(1.1); return new; end'`,
    )
    await scene.rows(
      'create trigger dawdle before insert or update on process_health for each row execute function dawdle()',
    )
    const minutes = await pass(3, async () => (await open()).length > 0)
    expect(minutes).toBeLessThanOrEqual(3)
    expect(told('platform')).toMatch(/PostgreSQL 执行单行语句需要 \d\.\d 秒/)
    await scene.rows('drop trigger dawdle on process_health')
    await pass(8, async () => (await open()).length === 0)
    expect(told('platform')).toContain('【已恢复】PostgreSQL')
  })

  test('a disk that fills up: a ticket, then a page', async () => {
    receiver.received = []
    disk.free = { share: 0.15, gib: 30 }
    await pass(1, async () => told('platform') !== '')
    expect(told('platform')).toMatch(/的磁盘仅剩 15 %（30 GiB）/)
    expect(await scene.rows("select severity from alert where name = 'DiskLow'")).toEqual([{ severity: 'ticket' }])
    disk.free = { share: 0.11, gib: 22 }
    await pass(0, async () => true)
    expect(told('platform')).toMatch(/的磁盘仅剩 11 %（22 GiB）/)
    disk.free = undefined
    await pass(13, async () => (await open()).length === 0)
    expect(told('platform')).toMatch(/【已恢复】.*的磁盘/)
  })
})

/** All texts of a body, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}
