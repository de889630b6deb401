import type { Condition } from '../condition.ts'
import { numberOf, percent } from '../wording.ts'

const SLOW_MS = 1_000

/** What a commit takes, by the median of the last ones of any process. */
export const databaseSlow: Condition = {
  name: 'DatabaseSlow',
  find: ({ nowMs, health }) => {
    const slowest = Math.max(0, ...health.map(({ databaseMs }) => databaseMs ?? 0))
    return slowest < SLOW_MS ? [] : [{ severity: 'page', sinceMs: nowMs, value: slowest }]
  },
  command: () => 'patchbay status',
  text: {
    en: ({ value, detail }) => ({
      what:
        detail['isDown'] === true
          ? 'PostgreSQL does not answer'
          : `PostgreSQL takes ${(value / 1_000).toFixed(1)} s for a statement of one row`,
      cure: 'Look at its disk, its load and its connections (pg_stat_activity): a long query, a lock, a full disk or a backup that runs. Stages are as slow as it is.',
    }),
    zh: ({ value, detail }) => ({
      what:
        detail['isDown'] === true
          ? 'PostgreSQL 没有响应'
          : `PostgreSQL 执行单行语句需要 ${(value / 1_000).toFixed(1)} 秒`,
      cure: '请检查数据库的磁盘、负载和连接（pg_stat_activity）：长查询、锁、磁盘满或正在备份。数据库有多慢，各处理阶段就有多慢。',
    }),
  },
}

const GIB = 1_024 ** 3
/** The gateway refuses requests below a tenth and 20 GiB: the first word comes well before. */
const LOW = { share: 0.2, bytes: 40 * GIB }
const NEARLY_FULL = { share: 0.12, bytes: 24 * GIB }

/** The disk under the data folder of a machine. */
export const diskLow: Condition = {
  name: 'DiskLow',
  keepMs: 10 * 60_000,
  find: ({ nowMs, health }) =>
    [...Map.groupBy(health, ({ host }) => host)].flatMap(([host, reports]) => {
      const low = reports.flatMap(({ diskFreeShare: share = 1, diskFreeBytes: bytes = 0 }) =>
        share < LOW.share && bytes < LOW.bytes ? [{ share, bytes }] : [],
      )
      const [worst] = low.toSorted((a, b) => a.share - b.share)
      if (worst === undefined) return []
      const { share, bytes } = worst
      const severity = share < NEARLY_FULL.share && bytes < NEARLY_FULL.bytes ? 'page' : 'ticket'
      return { severity, object: host, sinceMs: nowMs, value: share, detail: { freeGiB: Math.round(bytes / GIB) } }
    }),
  command: () => 'patchbay status',
  text: {
    en: ({ object, value, detail }) => ({
      what: `${percent(value)} (${numberOf(detail, 'freeGiB')} GiB) is free on the disk of ${object}`,
      cure: 'Make room or a larger disk; lower retention.requestsDays and eventsDays and restart to drop old days at once. Below 10 % the hub answers 503 to webhooks.',
    }),
    zh: ({ object, value, detail }) => ({
      what: `${object} 的磁盘仅剩 ${percent(value)}（${numberOf(detail, 'freeGiB')} GiB）`,
      cure: '请清理或扩容磁盘；调低 retention.requestsDays 和 eventsDays 并重启可立即删除旧数据。低于 10 % 时对 webhook 返回 503。',
    }),
  },
}
