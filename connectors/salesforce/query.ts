import type { Access } from '#connector/kit.ts'
import { listAt, valueAt } from '#connector/reply-path.ts'
import { isJsonObject } from '#model/json.ts'
import { exchange } from './api.ts'
import type { Settings } from './settings.ts'

/** Most rows of one query; Salesforce may give fewer and says so. */
export const ROWS_MAX = 2000

/** The first rows of a query, and whether there are more behind them. */
export async function query(
  access: Access<Settings>,
  endpoint: 'query' | 'queryAll',
  soql: string,
  operation: 'list' | 'read' | 'find' = 'list',
) {
  const result = await exchange(access, { operation, method: 'GET', path: `/${endpoint}`, query: { q: soql } })
  if (!result.ok) return { ok: false as const, outcome: result.outcome }
  const rows = listAt(result.reply.json, 'records').filter(isJsonObject)
  const isDone = valueAt(result.reply.json, 'done') !== false
  return { ok: true as const, rows, more: !isDone || rows.length >= ROWS_MAX }
}
