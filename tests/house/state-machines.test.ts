import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acknowledged, keyOf, step } from '#alerts/state.ts'
import type { DueDelivery, ResolvedLink } from '#deliver/claim/claim.ts'
import { decideDelivery } from '#deliver/decide/decide.ts'
import type { DecideContext, Decision } from '#deliver/decide/decision.ts'
import { restrain } from '#deliver/brake/restrain.ts'
import { noAnswer } from '#mapping/asks.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { type DeliveryState, type ExistingDelivery, planDelivery } from '#plan/decide.ts'
import { everySettlement } from '../support/settlements.ts'
import { ROOT } from './generate.ts'
import { arrowLines, readStateDiagram, sortedLines } from './state-diagram.ts'

// docs/architecture.md draws the states of event, delivery and alert. Here the drawings are held against the schema and the
// functions that decide; tests/house/state-moves.test.ts holds them against what a running hub does.

const [eventDiagram, deliveryDiagram, alertDiagram] = drawnDiagrams()
const DUE: readonly DeliveryState[] = ['pending', 'waiting', 'retrying', 'submitted', 'unknown']

describe('states are those of the schema', () => {
  test.each([
    ['event', '0001_initial', eventDiagram],
    ['delivery', '0001_initial', deliveryDiagram],
    ['alert', '0008_alerts', alertDiagram],
  ])('%s', (table, migration, diagram) => {
    const schema = readFileSync(join(ROOT, `src/store/migrations/${migration}.sql`), 'utf8')
    const definition = new RegExp(`create table ${table} \\([\\s\\S]*?\\n\\)`).exec(schema)?.[0] ?? ''
    const listed = /\bstate\s+text not null check \(state in\s+\(([^)]*)\)/.exec(definition)?.[1] ?? ''
    const states = [...listed.matchAll(/'(\w+)'/g)].map(match => match[1] ?? '')
    expect(states.length).toBeGreaterThan(2)
    expect([...diagram.states].sort()).toEqual(states.sort())
  })
})

describe('arrows of a delivery are those of the functions that decide', () => {
  test('plan', () => {
    expect(arrowLines(deliveryDiagram, 'plan')).toEqual(sortedLines(planMoves()))
  })

  test('decide', () => {
    expect(arrowLines(deliveryDiagram, 'decide')).toEqual(
      sortedLines(DUE.flatMap(state => decisions(state).map(to => [state, to] as const))),
    )
  })

  test('restrain', () => {
    const write = { kind: 'write' as const, document: {}, changed: { a: 1 }, remoteId: 'r', look: false }
    const flips = { a: { writes: [], frozen: true } }
    const results = (['new', 'live'] as const).flatMap(linkState =>
      [undefined, 'policy'].map(
        brake => restrain(write, { linkState, brake, flips, sent: { a: 0 }, isAgain: false, nowMs: 0 }).decision,
      ),
    )
    const states = results.flatMap(decision => (decision.kind === 'rest' ? [decision.state] : []))
    expect(arrowLines(deliveryDiagram, 'restrain')).toEqual(
      sortedLines(DUE.flatMap(from => states.map(to => [from, to] as const))),
    )
  })

  test('settle', () => {
    const results = everySettlement().map(({ state }) => state)
    expect(arrowLines(deliveryDiagram, 'settle')).toEqual(
      sortedLines(DUE.flatMap(from => results.map(to => [from, to] as const))),
    )
  })
})

test('arrows of an alert are those of a look and of a person', () => {
  const OPEN = ['firing', 'acknowledged'] as const
  const found = { name: 'DiskLow', sinceMs: 0, value: 0 }
  const key = keyOf(found)
  const looks = OPEN.flatMap(state =>
    (['page', 'ticket'] as const).flatMap(severity => {
      const open = [{ id: 'a', name: found.name, key, state, severity, seenAtMs: 0 }]
      const seen = (['page', 'ticket'] as const).flatMap(now =>
        step(open, [{ ...found, severity: now }], () => 1, 1).seen.map(row => [state, row.state] as const),
      )
      return [...seen, ...step(open, [], () => 1, 1).ended.map(() => [state, 'resolved'] as const)]
    }),
  )
  const raised = step([], [{ ...found, severity: 'page' }], () => 1, 1).raised.map(() => ['[*]', 'firing'] as const)
  expect(arrowLines(alertDiagram, 'look')).toEqual(sortedLines([...raised, ...looks]))
  const acts = [...OPEN, 'resolved' as const].map(state => [state, acknowledged(state) ?? state] as const)
  expect(arrowLines(alertDiagram, 'acknowledge')).toEqual(sortedLines(acts))
})

test('no other file moves events or deliveries', () => {
  const writers = { event: new Set<string>(), delivery: new Set<string>() }
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    const text = readFileSync(join(ROOT, 'src', file), 'utf8')
    for (const table of ['event', 'delivery'] as const) {
      const writes = new RegExp(`update ${table}\\b|insert into ${table} |(updateTable|insertInto)\\('${table}'`).test(
        text,
      )
      if (writes) writers[table].add(file)
    }
  }
  expect([...writers.event].sort()).toEqual([
    'app/again/run-again.ts',
    // Gives an event of unknown type its type, before the replay.
    'app/again/unknown.ts',
    // Takes the personal data out, and leaves the state as it is.
    'console/person/erase.ts',
    // Changes due times only.
    'deliver/claim/abandoned.ts',
    'deliver/read/read.ts',
    'gateway/append/units.ts',
    'interpret/rows.ts',
    'plan/plan.ts',
    'resolve/resolve.ts',
    // Takes the content out, and leaves the state to its callers.
    'store/customers/suppression.ts',
  ])
  expect([...writers.delivery].sort()).toEqual([
    'app/actions.ts',
    'app/brakes.ts',
    // Takes the personal data out of what is being written, and leaves the state as it is.
    'console/person/erase.ts',
    'console/person/shared.ts',
    // Changes leases only.
    'deliver/claim/abandoned.ts',
    'deliver/claim/dependents.ts',
    // Takes leases only.
    'deliver/claim/lease.ts',
    // Notes what their mappings ask for, and leaves the state as it is.
    'deliver/decide/asks.ts',
    'deliver/link/release.ts',
    'deliver/settle/commit-rests.ts',
    'deliver/settle/commit.ts',
    'plan/plan.ts',
    // Takes along what is in flight, and leaves the state to planning.
    'resolve/acts/unmerge.ts',
    'resolve/merges.ts',
  ])
})

function drawnDiagrams() {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
  const [event, delivery, alert, ...others] = [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(
    match => match[1] ?? '',
  )
  if (event === undefined || delivery === undefined || alert === undefined || others.length > 0)
    throw new Error('docs/architecture.md must draw three diagrams: event, delivery, then alert')
  return [readStateDiagram(event), readStateDiagram(delivery), readStateDiagram(alert)] as const
}

/** Everything that planning can do, over all its inputs. */
function planMoves(): [from: string, to: string][] {
  const reasons = [undefined, 'route_exit', 'source_deleted', 'deleted_there', 'flip_flop', 'person', 'no_route']
  const existing: ExistingDelivery[] = [...deliveryDiagram.states].flatMap(state =>
    reasons.flatMap(reason =>
      (['upsert', 'freeze', 'archive', 'delete'] as const).flatMap(action =>
        [true, false].map(sent => ({ state: state as DeliveryState, reason, action, sent })),
      ),
    ),
  )
  const moves: [string, string][] = []
  for (const wish of ['hold', 'leave', 'withdrawn'] as const)
    for (const onRouteExit of ['freeze', 'archive', 'delete'] as const)
      for (const onSourceDelete of ['ignore', 'archive', 'delete'] as const)
        for (const found of [undefined, ...existing])
          for (const isLive of [true, false]) {
            const planned = planDelivery(wish, { onRouteExit, onSourceDelete }, found, isLive)
            if (planned !== undefined) moves.push([found?.state ?? '[*]', planned.state])
          }
  return moves
}

/** The states that deciding without a call gives to a due delivery. */
function decisions(state: DeliveryState): string[] {
  const found: string[] = []
  for (const delivery of dueDeliveries(state))
    for (const context of contexts()) found.push(...stateOf(decideDelivery(delivery, context)))
  return found
}

function stateOf(decision: Decision): string[] {
  switch (decision.kind) {
    case 'wait':
      return ['waiting']
    case 'later':
      return ['pending']
    case 'hold':
      return ['held']
    case 'freeze':
      return ['frozen']
    case 'readBack':
      return ['waiting']
    case 'synced':
    case 'absent':
    case 'dead':
      return [decision.kind]
    case 'write':
    case 'remove':
    case 'poll':
    case 'look':
      // A call follows; `settle` says what becomes of it.
      return []
    default:
      return decision satisfies never
  }
}

const NO_SHADOW = {
  sent: undefined,
  earlier: {},
  inFlightFromMs: undefined,
  sentFromMs: undefined,
  sentAtMs: 1,
  sentVendorAtMs: undefined,
  sentVersion: undefined,
}

function dueDeliveries(state: DeliveryState): DueDelivery[] {
  const parent: ResolvedLink = {
    field: 'account',
    goldenId: 'p',
    entity: 'account',
    fields: {},
    remoteId: undefined,
    delivery: { state: 'pending', reason: undefined, object: 'company' },
  }
  const remote = { remoteId: 'r', sent: { name: 'Ana' }, version: undefined, tombstone: false, shadow: NO_SHADOW }
  const remotes = [undefined, remote, { ...remote, sent: {} }, { ...remote, tombstone: true }]
  return (['upsert', 'freeze', 'archive', 'delete'] as const).flatMap(action =>
    [undefined, { job: 'job', of: 'upsert' as const }].flatMap(job =>
      ['active', 'merged', 'withdrawn'].flatMap(golden =>
        remotes.flatMap(at =>
          [[], [parent]].map(links => ({
            system: 's',
            object: 'o',
            goldenId: 'g',
            entity: 'person' as const,
            route: 'r',
            cause: undefined,
            counted: 'no' as const,
            flips: {},
            traceId: 't',
            eventId: undefined,
            plannedAt: 0,
            readAtMs: 0,
            reason: undefined,
            interrupted: false,
            failures: 0,
            source: undefined,
            isOpen: false,
            unsettled: [],
            state,
            action,
            job,
            links,
            linkState: 'live' as const,
            asks: [],
            remote: at,
            golden: { version: 1, fields: { givenName: 'Ana' }, state: golden, updatedAtMs: 1 },
          })),
        ),
      ),
    ),
  )
}

function contexts(): DecideContext[] {
  const route = {
    name: 'r',
    entity: 'person' as const,
    system: 's',
    object: 'o',
    mapping: 's/o.out',
    onRouteExit: 'freeze' as const,
    onSourceDelete: 'ignore' as const,
    losingEdits: 'keepLocal' as const,
  }
  const mappings = ['{"name": givenName}', '$error("no")', '1', '{}', 'nothing'].map(source =>
    compileMapping('s/o.out', source, { kind: 'outbound' }),
  )
  const withRoute = [undefined, ...mappings].map(mapping => ({
    route,
    mapping,
    looks: false,
    reads: false,
    cyclic: new Set<string>(),
    defaultCountry: 'CN',
    xref: noAnswer,
    skewToleranceMs: 0,
    compare: {},
  }))
  return [
    ...withRoute,
    {
      route: undefined,
      mapping: undefined,
      looks: false,
      reads: false,
      cyclic: new Set(),
      defaultCountry: 'CN',
      xref: noAnswer,
      skewToleranceMs: 0,
      compare: {},
    },
  ]
}
