import { type Condition, DAY_MS } from '../condition.ts'
import { numberOf, percent } from '../wording.ts'

const SHARE = 0.9

/** Of the calls that a system may be given today few are left. */
export const quotaNearlyUsed: Condition = {
  name: 'QuotaNearlyUsed',
  find: ({ nowMs, systems }) =>
    systems.flatMap(({ name, callsToday, perDay }) =>
      perDay === undefined || callsToday < SHARE * perDay
        ? []
        : [
            {
              severity: 'ticket',
              system: name,
              sinceMs: Math.floor(nowMs / DAY_MS) * DAY_MS,
              value: callsToday / perDay,
              detail: { callsToday, perDay },
            },
          ],
    ),
  command: () => 'patchbay systems',
  text: {
    en: ({ title, value, detail }) => ({
      what: `${percent(value)} of today's calls to ${title} are used (${numberOf(detail, 'callsToday')} of ${numberOf(detail, 'perDay')})`,
      cure: 'When none are left the hub waits until midnight UTC. Raise limits.perDay if the contract allows, or find what calls so often: a short poll, a replay, a loop.',
    }),
    zh: ({ title, value, detail }) => ({
      what: `${title} 今日调用配额已用 ${percent(value)}（${numberOf(detail, 'callsToday')} / ${numberOf(detail, 'perDay')}）`,
      cure: '用完后将等到 UTC 零点。若合同允许可调高 limits.perDay，或查找频繁调用的原因：轮询过短、重放、循环。',
    }),
  },
}
