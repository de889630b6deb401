import type { SandboxAnswer } from '#connector/sandbox.ts'
import { plural, type ObjectName } from '../objects.ts'
import type { SandboxAccount } from './account.ts'

/** Incremental exports: deleted records too, oldest change first, without what changed in the last `lagMs`. */
export function exported(
  { records }: SandboxAccount,
  object: ObjectName,
  query: URLSearchParams,
  { cursor, lagMs }: { cursor: boolean; lagMs: number },
): SandboxAnswer {
  const perPage = Number(query.get('per_page') ?? 1000)
  const startSeconds = Number(query.get('start_time') ?? 0)
  if (query.get('cursor') === null && startSeconds * 1000 > Date.now() - 60_000) {
    return {
      status: 422,
      json: { error: 'InvalidValue', description: 'Too recent start_time. Use a start_time older than 60 seconds' },
    }
  }
  const fromMs = query.get('cursor') === null ? startSeconds * 1000 : positionOf(query.get('cursor') ?? '')
  // Times of an account may run ahead of the clock when much happens at once.
  const untilMs = lagMs === 0 ? Infinity : Date.now() - lagMs
  const changed = records
    .all(object)
    .filter(record => record.updatedAtMs > (cursor ? fromMs : fromMs - 1) && record.updatedAtMs <= untilMs)
    .sort((a, b) => a.updatedAtMs - b.updatedAtMs)
  const page = changed.slice(0, perPage)
  const lastMs = page.at(-1)?.updatedAtMs ?? fromMs
  const end_of_stream = page.length === changed.length
  const rows = { [plural(object)]: page.map(record => record.fields) }
  if (cursor)
    return { status: 200, json: { ...rows, after_cursor: cursorOf(lastMs), before_cursor: null, end_of_stream } }
  return { status: 200, json: { ...rows, count: page.length, end_time: Math.floor(lastMs / 1000), end_of_stream } }
}

function cursorOf(ms: number): string {
  return Buffer.from(`${ms}||0`).toString('base64')
}

function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64').toString('utf8').split('||')[0])
}
