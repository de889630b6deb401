import type { Condition } from '../condition.ts'
import { numberOf, textOf } from '../wording.ts'

/** One cause would have changed too many remote records: they are held until a person looks. */
export const brakeHeld: Condition = {
  name: 'BrakeHeld',
  find: ({ brakes }) =>
    [...Map.groupBy(brakes, brake => `${brake.system}/${brake.object}`).values()].flatMap(group => {
      const [first] = group
      if (first === undefined) return []
      const { system, object, cause, limit, trippedAtMs } = first
      const held = group.reduce((sum, brake) => sum + brake.held, 0)
      return {
        severity: 'page',
        system,
        object,
        sinceMs: trippedAtMs,
        value: held,
        customers: held,
        detail: { cause, limit },
      }
    }),
  command: ({ system, object }) => `patchbay release ${system}/${object}`,
  text: {
    en: ({ title, object, value, detail }) => ({
      what: `The brake holds ${value} changes to ${title}/${object}: "${textOf(detail, 'cause')}" would change more than the ${numberOf(detail, 'limit')} records that are let through`,
      cure: 'A changed mapping, route or policy, or a source that sends everything anew. Look at the samples; release what is right, discard what is not.',
    }),
    zh: ({ title, object, value, detail }) => ({
      what: `熔断保护暂停了对 ${title}/${object} 的 ${value} 处修改：“${textOf(detail, 'cause')}”将改动的记录超过允许的 ${numberOf(detail, 'limit')} 条`,
      cure: '可能是映射、路由或策略有改动，或来源系统重发了全部数据。先看样例：正确的放行（release），错误的丢弃（discard）。',
    }),
  },
}
