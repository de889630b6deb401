import { type Condition, type Finding } from '../condition.ts'
import { after, textOf } from '../wording.ts'

/** Reasons that a mapping gives; MappingFailing tells of these. */
export const MAPPING_REASONS: readonly string[] = ['mapping_failed', 'mapping_shape', 'schema_violation', 'no_mapping']

interface Dead {
  system: string
  object: string
  reason: string | null
  count: number
  customers: number
  sinceMs: number
  message: string | null
}

/** One finding for each (system, object), with its most frequent reason. */
function findDead(rows: readonly Dead[]): Finding[] {
  const others = rows.filter(({ reason }) => !MAPPING_REASONS.includes(reason ?? ''))
  return [...Map.groupBy(others, row => `${row.system}/${row.object}`).values()].flatMap(group => {
    const [most] = group.toSorted((a, b) => b.count - a.count)
    if (most === undefined) return []
    return {
      severity: 'ticket',
      system: most.system,
      object: most.object,
      sinceMs: Math.min(...group.map(row => row.sinceMs)),
      value: group.reduce((sum, row) => sum + row.count, 0),
      customers: group.reduce((sum, row) => sum + row.customers, 0),
      detail: { reason: most.reason ?? '', message: most.message ?? '' },
    }
  })
}

/** Events that nobody but a person can help. */
export const deadEvents: Condition = {
  name: 'DeadEvents',
  find: ({ deadEvents: rows }) => findDead(rows),
  command: ({ system }) => `patchbay events --state dead --system ${system}`,
  text: {
    en: ({ title, object, value, detail }) => ({
      what: `${value} events of ${title}/${object} need a person (${textOf(detail, 'reason')}${after(textOf(detail, 'message'))})`,
      cure: `Mend the cause, then replay: patchbay replay --state dead --reason ${textOf(detail, 'reason')}`,
    }),
    zh: ({ title, object, value, detail }) => ({
      what: `${title}/${object} 有 ${value} 个事件需要人工处理（${textOf(detail, 'reason')}${after(textOf(detail, 'message'))}）`,
      cure: `排除原因后重放：patchbay replay --state dead --reason ${textOf(detail, 'reason')}`,
    }),
  },
}

/** Deliveries that will not arrive before somebody acts. */
export const deadDeliveries: Condition = {
  name: 'DeadDeliveries',
  find: ({ deliveries }) =>
    findDead(
      deliveries.flatMap(row => (row.state === 'dead' ? [{ ...row, sinceMs: row.failedAtMs ?? row.plannedAtMs }] : [])),
    ),
  command: ({ system }) => `patchbay deliveries list --state dead --system ${system}`,
  text: {
    en: ({ title, object, value, detail }) => ({
      what: `${value} customers' changes do not reach ${title}/${object} (${textOf(detail, 'reason')}${after(textOf(detail, 'message'))})`,
      cure:
        textOf(detail, 'reason') === 'unknown'
          ? 'Nobody knows whether the write arrived. Look there; a retry looks first where it can: patchbay deliveries retry --state dead --reason unknown'
          : `Correct the data at its source, or the mapping: a delivery revives when its content changes. Else: patchbay deliveries retry --state dead --reason ${textOf(detail, 'reason')}`,
    }),
    zh: ({ title, object, value, detail }) => ({
      what: `${value} 位客户的变更无法送达 ${title}/${object}（${textOf(detail, 'reason')}${after(textOf(detail, 'message'))}）`,
      cure:
        textOf(detail, 'reason') === 'unknown'
          ? '无法确定写入是否成功。请到对方系统核对；重试会先查询：patchbay deliveries retry --state dead --reason unknown'
          : `请在来源修正数据或修正映射，内容变化后自动重新投递；或手动重试：patchbay deliveries retry --state dead --reason ${textOf(detail, 'reason')}`,
    }),
  },
}
