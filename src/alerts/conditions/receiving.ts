import { type Condition } from '../condition.ts'
import { textOf } from '../wording.ts'

const UNANSWERED_MIN = 5

/** The hub answers 503: senders repeat for a while, then give up. */
export const receiveErrors: Condition = {
  name: 'ReceiveErrors',
  keepMs: 5 * 60_000,
  find: ({ nowMs, health }) => {
    const counts = new Map<string, number>()
    for (const { unanswered } of health)
      for (const [system, count] of Object.entries(unanswered)) counts.set(system, (counts.get(system) ?? 0) + count)
    return [...counts].flatMap(([system, count]) =>
      count < UNANSWERED_MIN ? [] : [{ severity: 'page', system, sinceMs: nowMs, value: count }],
    )
  },
  command: () => 'patchbay status',
  text: {
    en: ({ title, value }) => ({
      what: `${value} requests of ${title} were answered 503 in the last minutes: they could not be stored`,
      cure: 'The disk is full, or PostgreSQL is slow or away. Senders come back by themselves, but not for ever.',
    }),
    zh: ({ title, value }) => ({
      what: `最近几分钟 ${title} 的 ${value} 个请求返回 503：无法保存`,
      cure: '磁盘已满，或 PostgreSQL 变慢、不可用。发送方会自动重试，但不会一直重试。',
    }),
  },
}

const SURGE_MIN = 10
const ALL_MIN = 3

/** Many requests fail verification, or all of them do. */
export const refusedRequests: Condition = {
  name: 'RefusedRequests',
  keepMs: 5 * 60_000,
  find: ({ refused, sources }) =>
    refused.flatMap(({ system, code, lastHour, lastQuarter, firstMs }) => {
      const acceptedAtMs = sources.find(source => source.system === system)?.lastAtMs ?? 0
      const isAll = lastHour >= ALL_MIN && acceptedAtMs < firstMs
      if (lastQuarter < SURGE_MIN && !isAll) return []
      return { severity: 'ticket', system, sinceMs: firstMs, value: lastHour, detail: { code, isAll } }
    }),
  command: ({ system }) => `patchbay systems verify ${system}`,
  text: {
    en: ({ title, value, detail }) => ({
      what: `${value} requests to ${title} were refused in the last hour (${textOf(detail, 'code')})${detail.isAll === true ? ', and none was taken' : ''}`,
      cure:
        textOf(detail, 'code') === 'timestamp_stale'
          ? 'A clock is wrong, there or here.'
          : 'A secret was rotated on one side only, or somebody tries. Correct the secret, restart, and verify them again: they are kept for 24 hours.',
    }),
    zh: ({ title, value, detail }) => ({
      what: `最近一小时 ${title} 有 ${value} 个请求未通过验证（${textOf(detail, 'code')}）${detail.isAll === true ? '，没有一个被接收' : ''}`,
      cure:
        textOf(detail, 'code') === 'timestamp_stale'
          ? '对方或本机的时钟不准。'
          : '密钥只在一侧更换，或有人试探。请修正密钥并重启，再重新验证：被拒请求保留 24 小时。',
    }),
  },
}
