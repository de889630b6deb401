import { type Condition, type Finding, MINUTE_MS } from '../condition.ts'
import type { AttemptFact, Share } from '../facts/attempts.ts'
import type { Facts } from '../facts/facts.ts'
import { after, numberOf, percent, span, textOf } from '../wording.ts'

/** Of 100 calls 99 are to succeed. A budget spent 14.4 times too fast is gone in two days, 6 times in five. */
const FAST_BURN = 0.144
const SLOW_BURN = 0.06
/** Fewer failures may be chance. */
const FAILED_MIN = 10
/** A single delivery that has failed for so long is worth a look, however few there are. */
const FAILING_FOR_MS = 30 * MINUTE_MS

const burns = ({ total, failed }: Share, share: number): boolean => failed >= FAILED_MIN && failed >= share * total

function burning({ m10, h1, m30, h6 }: AttemptFact): 'page' | 'ticket' | undefined {
  if (burns(m10, FAST_BURN) && burns(h1, FAST_BURN)) return 'page'
  return burns(m30, SLOW_BURN) && burns(h6, SLOW_BURN) ? 'ticket' : undefined
}

function findFailing({ nowMs, systems, attempts, deliveries }: Facts): Finding[] {
  return systems.flatMap(({ name, state, brokenSinceMs }) => {
    // CircuitOpen and Disconnected tell of these.
    if (state !== 'active' || brokenSinceMs !== undefined) return []
    const calls = attempts.find(row => row.system === name)
    const burn = calls && burning(calls)
    const failing = deliveries.filter(
      row => row.system === name && (row.state === 'retrying' || row.state === 'unknown') && row.reason !== 'throttled',
    )
    const sinceMs = Math.min(nowMs, ...failing.map(row => row.failedAtMs ?? nowMs))
    if (burn === undefined && nowMs - sinceMs < FAILING_FOR_MS) return []
    const customers = failing.reduce((sum, row) => sum + row.customers, 0)
    const message = failing[0]?.message ?? ''
    if (burn === undefined || calls === undefined)
      return {
        severity: 'ticket',
        system: name,
        sinceMs,
        value: nowMs - sinceMs,
        customers,
        detail: { customers, message },
      }
    const value = calls.h1.failed / Math.max(1, calls.h1.total)
    return { severity: burn, system: name, sinceMs, value, customers, detail: { outcome: calls.worst ?? '', message } }
  })
}

/** Calls to a system fail faster than its budget of errors allows, or the same deliveries fail for long. */
export const deliveryFailing: Condition = {
  name: 'DeliveryFailing',
  keepMs: 10 * MINUTE_MS,
  find: findFailing,
  command: ({ system }) => `patchbay deliveries list --system ${system} --state retrying`,
  text: {
    en: ({ title, value, detail }) => ({
      what:
        'outcome' in detail
          ? `${percent(value)} of the calls to ${title} failed in the last hour (${textOf(detail, 'outcome')}${after(textOf(detail, 'message'))})`
          : `Changes of ${numberOf(detail, 'customers')} customers have failed to reach ${title} for ${span(value, 'en')}${after(textOf(detail, 'message'))}`,
      cure: 'Read what the system answers; most often it is in trouble itself, or a value or permission there was changed. Deliveries are tried again by themselves.',
    }),
    zh: ({ title, value, detail }) => ({
      what:
        'outcome' in detail
          ? `最近一小时对 ${title} 的调用有 ${percent(value)} 失败（${textOf(detail, 'outcome')}${after(textOf(detail, 'message'))}）`
          : `${numberOf(detail, 'customers')} 位客户的变更已连续 ${span(value, 'zh')}未能送达 ${title}${after(textOf(detail, 'message'))}`,
      cure: '请查看对方的返回信息：多为对方系统故障，或那边的字段、权限有改动。投递会自动重试。',
    }),
  },
}
