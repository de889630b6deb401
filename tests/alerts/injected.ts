import type { Outcome } from '#connector/outcome.ts'
import type { AlertName } from '#alerts/names.ts'
import type { createActions } from '#app/actions.ts'
import type { MemoryVendor } from '../support/memory-connector.ts'
import type { Scene } from '../hub/scene.ts'

/** What a failure is made with and mended by. */
export interface Bench {
  scene: Scene
  vendors: Readonly<Record<string, MemoryVendor>>
  actions: ReturnType<typeof createActions>
  nowMs: () => number
  /** Customers that only this system is to have. */
  customers: (system: string, count: number, change?: string) => Promise<void>
}

/** One way in which things go wrong: which alert, of which team, how soon, in which words. */
export interface Injected {
  failure: string
  system: string
  team: 'sales' | 'platform'
  inject: (bench: Bench) => Promise<unknown>
  heal: (bench: Bench) => Promise<unknown>
  alerts: readonly { name: AlertName; withinMinutes: number; text: RegExp }[]
}

/** A vendor that answers so from now on. */
const answering =
  (outcome: Outcome, count = 3, change?: string) =>
  async (bench: Bench, system: string): Promise<void> => {
    const vendor = bench.vendors[system]
    if (vendor !== undefined)
      vendor.answer = (_, item) => (item.content['mail'] === 'fine@example.com' ? undefined : outcome)
    await bench.customers(system, count, change)
  }

async function answerWell({ vendors, scene, actions }: Bench, system: string): Promise<void> {
  const vendor = vendors[system]
  if (vendor !== undefined) vendor.answer = () => undefined
  const rows = await scene.rows<{ goldenId: string }>(
    `select golden_id as "goldenId" from delivery where system = '${system}' and state not in ('synced', 'absent', 'frozen')`,
  )
  await actions.retryDeliveries(rows.map(({ goldenId }) => ({ system, object: 'contact', goldenId })))
}

function outcome(
  kind: string,
  team: Injected['team'],
  inject: (bench: Bench, system: string) => Promise<unknown>,
  alerts: Injected['alerts'],
): Injected {
  const system = kind
  return {
    failure: `outcome ${kind}`,
    system,
    team,
    inject: bench => inject(bench, system),
    heal: bench => answerWell(bench, system),
    alerts,
  }
}

/** Every outcome other than `delivered`. */
const OUTCOMES: readonly Injected[] = [
  // One customer: there is one job, which makes one record.
  outcome('submitted', 'sales', answering({ kind: 'submitted', job: 'j', pollAfterMs: 0 }, 1), [
    {
      name: 'DeliverySlow',
      withinMinutes: 61,
      text: /A change has waited \d+ minutes to reach submitted[\s\S]*A job there does not end/,
    },
  ]),
  outcome('retry', 'platform', answering({ kind: 'retry', reason: '502: bad gateway' }, 1), [
    {
      name: 'DeliveryFailing',
      withinMinutes: 31,
      text: /1 位客户的变更已连续 3\d 分钟未能送达 retry: 502: bad gateway/,
    },
  ]),
  outcome('throttled', 'sales', answering({ kind: 'retry', reason: '429: slow down', throttled: true }), [
    { name: 'DeliverySlow', withinMinutes: 31, text: /to reach throttled[\s\S]*asks us to slow down/ },
  ]),
  outcome('unknown', 'sales', answering({ kind: 'unknown', reason: 'timeout: no answer in time' }), [
    {
      name: 'DeadDeliveries',
      withinMinutes: 1,
      text: /3 customers' changes do not reach unknown\/contact \(unknown: It is not known whether the record was written: timeout/,
    },
  ]),
  outcome('exists', 'sales', answering({ kind: 'exists', remoteId: 'other' }), [
    {
      name: 'DeliveryFailing',
      withinMinutes: 31,
      text: /Changes of 3 customers have failed to reach exists for 3\d minutes: Another record of the system, other/,
    },
  ]),
  outcome(
    'gone',
    'sales',
    async (bench, system) => {
      await bench.customers(system, 12)
      await answering({ kind: 'gone' }, 12, 'changed')(bench, system)
    },
    [{ name: 'DeliveryFailing', withinMinutes: 1, text: /50 % of the calls to gone failed in the last hour \(gone\)/ }],
  ),
  outcome('conflict', 'sales', answering({ kind: 'conflict', reason: '412: changed meanwhile' }), [
    {
      name: 'DeliveryFailing',
      withinMinutes: 31,
      text: /Changes of 3 customers have failed to reach conflict for 3\d minutes: 412: changed meanwhile|calls to conflict failed in the last hour \(conflict: 412: changed meanwhile/,
    },
  ]),
  outcome('rejected', 'platform', answering({ kind: 'rejected', reason: '422: name is too long' }, 12), [
    {
      name: 'DeadDeliveries',
      withinMinutes: 1,
      text: /12 位客户的变更无法送达 rejected\/contact（rejected: 422: name is too long）/,
    },
    { name: 'DeliveryFailing', withinMinutes: 1, text: /对 rejected 的调用有 100 % 失败（rejected）/ },
  ]),
  {
    ...outcome('disconnected', 'sales', answering({ kind: 'disconnected', reason: '401: token expired' }), [
      {
        name: 'Disconnected',
        withinMinutes: 1,
        text: /disconnected refuses our credentials: 401: token expired[\s\S]*patchbay systems resume disconnected/,
      },
    ]),
    async heal(bench) {
      await answerWell(bench, 'disconnected')
      await bench.actions.resumeSystem('disconnected', 'lena')
    },
  },
]

const OTHERS: readonly Injected[] = [
  {
    failure: 'mapping failure',
    system: 'site',
    team: 'platform',
    inject: ({ scene }) => scene.post('site', { id: 'broken', data: { mail: 'broken@example.com', broken: true } }),
    // Mended at its source: the operator lets the dead letter go.
    heal: ({ scene }) =>
      scene.rows(`update event set state = 'ignored', reason = 'mapping_empty' where state = 'dead'`),
    alerts: [
      {
        name: 'MappingFailing',
        withinMinutes: 1,
        text: /映射 site\/contact\.in 失败：目前 1 条记录[\s\S]*patchbay events --state dead --system site/,
      },
    ],
  },
  {
    failure: 'signature refusal',
    system: 'door',
    team: 'sales',
    async inject({ scene }) {
      for (let n = 0; n < 12; n += 1) {
        const wrong = { method: 'POST', headers: { 'x-token': 'wrong' }, body: '[]' }
        await fetch(`${scene.hub.url}/in/door`, wrong)
      }
    },
    heal: ({ scene }) => scene.post('door', { id: 'd1', data: { mail: 'door@example.com' } }),
    alerts: [
      {
        name: 'RefusedRequests',
        withinMinutes: 1,
        text: /12 requests to door were refused in the last hour \(credentials_wrong\), and none was taken[\s\S]*patchbay systems verify door/,
      },
    ],
  },
  {
    failure: 'silent source',
    system: 'quiet',
    team: 'sales',
    inject: async () => undefined,
    heal: ({ scene, nowMs }) =>
      scene.post('quiet', { id: 'q1', eventId: String(nowMs()), data: { mail: 'quiet@example.com' } }),
    alerts: [
      {
        name: 'SourceSilent',
        withinMinutes: 36,
        text: /Nothing has come from quiet for \d+ minutes; on other days it spoke in \d five-minute slots/,
      },
    ],
  },
  {
    failure: 'breaker open',
    system: 'down',
    team: 'platform',
    inject: bench => answering({ kind: 'retry', reason: 'connect: ECONNREFUSED' }, 12)(bench, 'down'),
    heal: bench => answerWell(bench, 'down'),
    alerts: [{ name: 'CircuitOpen', withinMinutes: 6, text: /down 已连续失败 \d+ 分钟：熔断器已打开/ }],
  },
  {
    failure: 'brake held',
    system: 'braked',
    team: 'sales',
    async inject(bench) {
      await bench.customers('braked', 30)
      await bench.customers('braked', 30, 'everybody is called so now')
    },
    heal: ({ actions }) => actions.discardBrake('braked', 'contact', 'lena'),
    alerts: [
      {
        name: 'BrakeHeld',
        withinMinutes: 1,
        text: /The brake holds \d+ changes to braked\/contact: "source:site"[\s\S]*patchbay release braked\/contact/,
      },
    ],
  },
]

export const INJECTED: readonly Injected[] = [...OUTCOMES, ...OTHERS]
