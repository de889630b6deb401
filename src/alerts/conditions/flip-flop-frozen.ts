import type { Condition } from '../condition.ts'

/** Two sides write against one another: the member is frozen. */
export const flipFlopFrozen: Condition = {
  name: 'FlipFlopFrozen',
  find: ({ flips }) =>
    flips.map(({ system, object, count, sinceMs }) => ({
      severity: 'ticket',
      system,
      object,
      sinceMs,
      value: count,
      customers: count,
    })),
  command: ({ system }) => `patchbay deliveries list --state frozen --system ${system}`,
  text: {
    en: ({ title, object, value, system }) => ({
      what: `${value} customers' fields went back and forth between two values at ${title}/${object} and are frozen`,
      cure: `Another integration, two fields mapped onto one, or a vendor that corrects what it is told. End it, then: patchbay deliveries release --system ${system} --reason flip_flop`,
    }),
    zh: ({ title, object, value, system }) => ({
      what: `${title}/${object} 有 ${value} 位客户的字段在两个值之间反复变化，已冻结`,
      cure: `可能有另一套集成、两个字段映射到同一字段，或对方自动更正。排除后执行：patchbay deliveries release --system ${system} --reason flip_flop`,
    }),
  },
}
