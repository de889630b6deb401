import type { Condition } from '../condition.ts'
import { after, textOf } from '../wording.ts'

/** A system refuses our credentials: nothing is written there until somebody renews them. */
export const disconnected: Condition = {
  name: 'Disconnected',
  find: ({ systems, deliveries }) =>
    systems.flatMap(({ name, state, reason, changedAtMs }) => {
      if (state !== 'disconnected') return []
      const waiting = deliveries.filter(row => row.system === name && row.state !== 'dead')
      const customers = waiting.reduce((sum, row) => sum + row.customers, 0)
      return {
        severity: 'page',
        system: name,
        sinceMs: changedAtMs,
        value: 1,
        ...(customers > 0 && { customers }),
        detail: { message: reason ?? '' },
      }
    }),
  command: ({ system }) => `patchbay systems resume ${system}`,
  text: {
    en: ({ title, system, detail }) => ({
      what: `${title} refuses our credentials${after(textOf(detail, 'message'))}`,
      cure: `Renew them where patchbay.yaml refers to, restart, "patchbay check", then "patchbay systems resume ${system}". Deliveries wait meanwhile.`,
    }),
    zh: ({ title, system, detail }) => ({
      what: `${title} 拒绝了我们的凭证${after(textOf(detail, 'message'))}`,
      cure: `请更新 patchbay.yaml 所引用的凭证并重启，执行“patchbay check”，再执行“patchbay systems resume ${system}”。期间投递会等待。`,
    }),
  },
}
