import { type Condition, type Finding, HOUR_MS, MINUTE_MS } from '../condition.ts'
import type { Facts } from '../facts/facts.ts'
import { span, textOf } from '../wording.ts'

const DUE_FOR_MS = 15 * MINUTE_MS
const THROTTLED_FOR_MS = 30 * MINUTE_MS
const JOB_FOR_MS = HOUR_MS

/** Nothing fails, and changes still arrive too late: a rate limit, a job that does not end, too few slots. */
function findSlow({ nowMs, systems, overdue, deliveries }: Facts): Finding[] {
  return systems.flatMap(({ name, state, brokenSinceMs }) => {
    if (state !== 'active' || brokenSinceMs !== undefined) return []
    const own = deliveries.filter(row => row.system === name)
    const dueAtMs = overdue.find(row => row.system === name)?.dueAtMs ?? nowMs
    const [throttled, jobs] = [
      own.filter(row => row.reason === 'throttled'),
      own.filter(row => row.state === 'submitted'),
    ]
    const causes = [
      { cause: 'due', sinceMs: dueAtMs, forMs: DUE_FOR_MS, rows: [] },
      { cause: 'throttled', sinceMs: oldest(throttled, nowMs), forMs: THROTTLED_FOR_MS, rows: throttled },
      { cause: 'job', sinceMs: oldest(jobs, nowMs), forMs: JOB_FOR_MS, rows: jobs },
    ]
    const slow = causes.filter(({ sinceMs, forMs }) => nowMs - sinceMs >= forMs)
    const [worst] = slow.toSorted((a, b) => a.sinceMs - b.sinceMs)
    if (worst === undefined) return []
    const customers = slow.flatMap(({ rows }) => rows).reduce((sum, row) => sum + row.customers, 0)
    return {
      severity: 'ticket',
      system: name,
      sinceMs: worst.sinceMs,
      value: nowMs - worst.sinceMs,
      ...(customers > 0 && { customers }),
      detail: { cause: worst.cause },
    }
  })
}

function oldest(rows: readonly { plannedAtMs: number }[], nowMs: number): number {
  return Math.min(nowMs, ...rows.map(row => row.plannedAtMs))
}

const CURES = {
  en: {
    due: 'More is due than goes out: look at limits.concurrency and perSecond of the system, and at how long its calls take.',
    throttled: 'The system asks us to slow down. Ask for a higher quota, or find what else uses it up.',
    job: 'A job there does not end. Look at it in the system; the hub asks for it on and on.',
  },
  zh: {
    due: '待发的多于发出的：请检查该系统的 limits.concurrency、perSecond，以及单次调用耗时。',
    throttled: '对方限流。请申请更高配额，或查找还有谁在占用配额。',
    job: '对方的异步任务一直未完成。请在对方系统查看；本系统会持续查询。',
  },
} as const

const cureOf = (language: 'en' | 'zh', cause: string): string =>
  CURES[language][cause === 'throttled' || cause === 'job' ? cause : 'due']

export const deliverySlow: Condition = {
  name: 'DeliverySlow',
  find: findSlow,
  command: ({ system }) => `patchbay deliveries list --system ${system}`,
  text: {
    en: ({ title, value, detail }) => ({
      what: `A change has waited ${span(value, 'en')} to reach ${title}`,
      cure: cureOf('en', textOf(detail, 'cause')),
    }),
    zh: ({ title, value, detail }) => ({
      what: `有变更已等待 ${span(value, 'zh')}仍未送达 ${title}`,
      cure: cureOf('zh', textOf(detail, 'cause')),
    }),
  },
}
