import { expect, it } from 'vitest'
import type { Access, Connector } from '#connector/kit.ts'
import type { Outcome, OutcomeKind } from '#connector/outcome.ts'
import type { JsonObject } from '#model/json.ts'
import { fixtureAccess, pushItem, type Fixture, type PushCase, type Reply } from '../fixtures.ts'

/** What the suite asks of the sending side of a connector. */
export function sending(connector: Connector<unknown>, fixtures: [string, Fixture][]) {
  const cases = fixtures.flatMap(([file, fixture]) =>
    fixture.push.flatMap(({ replies, ...one }) =>
      replies === undefined ? [] : [[`${file}: ${one.name}`, fixture, { ...one, replies }] as const],
    ),
  )
  // What speaks another protocol shows its outcomes in tests of its own.
  if (cases.length === 0 && fixtures.some(([, fixture]) => fixture.push.length > 0)) return

  it('shows deliveries that succeed and deliveries that do not', () => {
    const kinds = new Set(cases.flatMap(([, , one]) => one.outcomes.map(outcome => outcome['kind'])))
    expect(kinds).toContain('delivered')
    expect(kinds.size).toBeGreaterThan(1)
  })

  it.each(cases)('%s', async (_, fixture, given) => {
    const { access, calls } = fixtureAccess(connector, fixture, given.replies)
    const outcomes = await run(connector, access, given)
    expect(outcomes).toHaveLength(given.outcomes.length)
    expect(outcomes).toMatchObject(given.outcomes)
    expect(calls).toHaveLength(given.replies.length)
    if (given.calls !== undefined) expect(calls).toMatchObject(given.calls)
  })

  failing(connector, cases)
}

type PushExample = readonly [name: string, fixture: Fixture, given: PushCase & { replies: readonly Reply[] }]

const failed = (status: number, headers: Record<string, string> = {}): Reply => ({ status, headers, body: '' })
const lost = (failure: 'timeout' | 'protocol' | 'connect', sent: boolean): Reply => ({ failure, sent })
const WAIT = { 'retry-after': '7' }

/** What any vendor may answer to a write, and what that may mean; never that it was delivered. */
const FAILURES: readonly [what: string, reply: Reply, kinds: readonly OutcomeKind[], more?: JsonObject][] = [
  ['400', failed(400), ['rejected']],
  ['401', failed(401), ['disconnected']],
  // A receiver of webhooks that is not there may just be starting.
  ['404', failed(404), ['gone', 'rejected', 'retry']],
  ['409', failed(409), ['conflict', 'unknown', 'retry', 'rejected']],
  ['413', failed(413), ['rejected']],
  ['429', failed(429), ['retry'], { throttled: true }],
  ['429 with Retry-After', failed(429, WAIT), ['retry'], { throttled: true, afterMs: 7000 }],
  ['500', failed(500), ['retry', 'unknown']],
  ['503', failed(503), ['retry', 'unknown']],
  ['503 with Retry-After', failed(503, WAIT), ['retry'], { afterMs: 7000 }],
  ['a time-out after the write', lost('timeout', true), ['retry', 'unknown']],
  ['a reset after the write', lost('protocol', true), ['retry', 'unknown']],
  ['no connection', lost('connect', false), ['retry']],
]

/** Each delivery that succeeds, with its last call (and what is called after it) failing in every way. */
function failing(connector: Connector<unknown>, cases: readonly PushExample[]) {
  const good = cases.filter(([, , one]) => one.outcomes.every(outcome => outcome['kind'] === 'delivered'))
  const rows = good.flatMap(([name, fixture, one]) =>
    FAILURES.map(failure => [failure[0], name, fixture, one, failure] as const),
  )

  it.each(rows)('%s in the end of %s', async (_, __, fixture, one, [, reply, kinds, more = {}]) => {
    const { access } = fixtureAccess(connector, fixture, one.replies.slice(0, -1), reply)
    const outcomes = await run(connector, access, one)
    expect(outcomes).toHaveLength(one.items.length)
    const bad = outcomes.filter(outcome => outcome.kind !== 'delivered')
    expect(bad).not.toEqual([])
    for (const outcome of bad) {
      // The record itself was made by an earlier call: it is linked, and what is left of it comes as an update.
      if (outcome.kind === 'exists' && one.replies.length > 1) continue
      expect(kinds).toContain(outcome.kind)
      const afterMs = 'notBeforeMs' in outcome ? outcome.notBeforeMs - access.nowMs() : undefined
      expect({ ...outcome, afterMs }).toMatchObject(more)
    }
    const told = JSON.stringify(outcomes)
    for (const secret of Object.values(fixture.secrets).flat()) expect(told).not.toContain(secret)
  })
}

async function run(connector: Connector<unknown>, access: Access<unknown>, one: PushCase): Promise<readonly Outcome[]> {
  const items = one.items.map(pushItem)
  const { push } = connector
  if (one.operation === 'upsert') return (await push?.upsert(access, one.object, items)) ?? []
  return (await push?.delete?.(access, one.object, items, one.operation)) ?? []
}
