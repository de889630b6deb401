import { type Condition, MINUTE_MS } from '../condition.ts'
import { numberOf, span } from '../wording.ts'

const UNREAD_FOR_MS = 15 * MINUTE_MS

/** Events say only that a record changed, and it could not be read for long. */
export const oldestEventTooOld: Condition = {
  name: 'OldestEventTooOld',
  find: ({ nowMs, unread }) =>
    unread.flatMap(({ system, count, customers, oldestMs }) =>
      nowMs - oldestMs < UNREAD_FOR_MS
        ? []
        : [{ severity: 'ticket', system, sinceMs: oldestMs, value: nowMs - oldestMs, customers, detail: { count } }],
    ),
  command: ({ system }) => `patchbay events --state reading --system ${system}`,
  text: {
    en: ({ title, value, detail }) => ({
      what: `${numberOf(detail, 'count')} events of ${title} wait for their records to be read, the oldest for ${span(value, 'en')}`,
      cure: 'The system does not let its records be read: is it down, throttled or paused? They are read as soon as it answers.',
    }),
    zh: ({ title, value, detail }) => ({
      what: `${title} 有 ${numberOf(detail, 'count')} 个事件等待读取记录，最早的已等待 ${span(value, 'zh')}`,
      cure: '无法从该系统读取记录：是否停机、限流或被暂停？恢复后会自动读取。',
    }),
  },
}

const BEHIND_MS = 5 * MINUTE_MS

/** Work is there and nobody does it, or too slowly. */
export const queueLag: Condition = {
  name: 'QueueLag',
  find: ({ nowMs, stages }) =>
    stages.flatMap(({ stage, oldestMs }) =>
      nowMs - oldestMs < BEHIND_MS
        ? []
        : [{ severity: 'page', object: stage, sinceMs: oldestMs, value: nowMs - oldestMs }],
    ),
  command: () => 'patchbay status',
  text: {
    en: ({ object, value }) => ({
      what: `The stage ${object} is ${span(value, 'en')} behind`,
      cure: 'Is a worker running? Is PostgreSQL slow, or out of connections? Do batches fail (the log says "a batch failed")? More workers share the shards.',
    }),
    zh: ({ object, value }) => ({
      what: `处理阶段 ${object} 已落后 ${span(value, 'zh')}`,
      cure: 'worker 是否在运行？PostgreSQL 是否变慢或连接不足？批次是否失败（日志中有“a batch failed”）？可增加 worker 分担。',
    }),
  },
}
