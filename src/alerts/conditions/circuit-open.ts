import { type Condition, MINUTE_MS } from '../condition.ts'
import { span } from '../wording.ts'

const OPEN_FOR_MS = 5 * MINUTE_MS

/** The calls to a system failed so often that the hub only probes it now. */
export const circuitOpen: Condition = {
  name: 'CircuitOpen',
  find: ({ nowMs, systems, deliveries }) =>
    systems.flatMap(({ name, state, brokenSinceMs }) => {
      if (state !== 'active' || brokenSinceMs === undefined || nowMs - brokenSinceMs < OPEN_FOR_MS) return []
      const waiting = deliveries.filter(row => row.system === name && row.state !== 'dead')
      const customers = waiting.reduce((sum, row) => sum + row.customers, 0)
      return { severity: 'ticket', system: name, sinceMs: brokenSinceMs, value: nowMs - brokenSinceMs, customers }
    }),
  command: ({ system }) => `patchbay deliveries list --system ${system} --state retrying`,
  text: {
    en: ({ title, value }) => ({
      what: `${title} has failed for ${span(value, 'en')}: its circuit is open, the hub only probes it`,
      cure: 'The system is down, or cannot be reached from here: look at its status page and at the network. Nothing is lost; deliveries go out when it answers again.',
    }),
    zh: ({ title, value }) => ({
      what: `${title} 已连续失败 ${span(value, 'zh')}：熔断器已打开，目前只做探测`,
      cure: '对方系统停机，或从本机无法访问：请查看其状态页和网络。数据不会丢失，恢复后自动补发。',
    }),
  },
}
