import { type Condition, type Finding } from '../condition.ts'
import type { Facts } from '../facts/facts.ts'
import { after, numberOf, span, textOf } from '../wording.ts'

/** So many of its usual slots of five minutes went by: half an hour of a busy source, hours of a rare one, never its nights. */
const USUAL_MIN = 6

function findSilent({ nowMs, sources, systems }: Facts): Finding[] {
  return systems.flatMap(({ name, state, pollError, pollFailingSinceMs }) => {
    // Paused ones were told to be still; Disconnected tells of the others.
    if (state !== 'active') return []
    const source = sources.find(row => row.system === name)
    const isSilent = source?.usual !== undefined && source.usual >= USUAL_MIN
    if (!isSilent && pollError === undefined) return []
    const sinceMs = isSilent ? source.lastAtMs : (pollFailingSinceMs ?? nowMs)
    const detail = { usual: source?.usual ?? 0, message: pollError ?? '' }
    return { severity: 'ticket', system: name, sinceMs, value: nowMs - sinceMs, detail }
  })
}

/** A source is silent at a time at which it usually speaks, or cannot be polled. */
export const sourceSilent: Condition = {
  name: 'SourceSilent',
  find: findSilent,
  command: ({ system }) => `patchbay events --system ${system}`,
  text: {
    en: ({ title, value, detail }) =>
      textOf(detail, 'message') !== ''
        ? {
            what: `${title} cannot be polled for changes${after(textOf(detail, 'message'))}`,
            cure: 'Read what it answers: a permission, a filter, a maintenance. The hub goes on from where it was.',
          }
        : {
            what: `Nothing has come from ${title} for ${span(value, 'en')}; on other days it spoke in ${numberOf(detail, 'usual')} five-minute slots of this time`,
            cure: 'Is its webhook still configured, and did it give up after errors? Send a test from there; then import or let it send again what was missed.',
          },
    zh: ({ title, value, detail }) =>
      textOf(detail, 'message') !== ''
        ? {
            what: `无法从 ${title} 拉取变更${after(textOf(detail, 'message'))}`,
            cure: '请查看对方返回的信息：权限、筛选条件或维护。恢复后从中断处继续。',
          }
        : {
            what: `${title} 已 ${span(value, 'zh')}没有任何数据；往常这段时间有 ${numberOf(detail, 'usual')} 个五分钟时段有数据`,
            cure: '对方的 webhook 是否仍然配置，是否因出错被停用？请从对方发送测试，再导入或补发遗漏的数据。',
          },
  },
}
