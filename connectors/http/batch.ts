import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Json } from '#model/json.ts'
import { classifyByRules } from './classify.ts'
import { compiledApi } from './compiled.ts'
import { exchange } from './exchange.ts'
import { deliveredBy, itemVariables, knownId, withRemoteId } from './item.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { ApiSettings, BatchSettings, ObjectSettings } from './settings.ts'

export interface Batch {
  /** Where it is configured, such as `objects.contact.batch.create`. */
  name: string
  kind: 'create' | 'update' | 'upsert'
  batch: BatchSettings
  configured: ObjectSettings
  items: readonly PushItem[]
}

/** One call for many items; a failed call is every item's outcome, a successful one has a row for each. */
export async function sendBatch(access: Access<ApiSettings>, asked: Batch): Promise<readonly Outcome[]> {
  const { name, kind, batch, configured, items } = asked
  const variables = { items: items.map(itemVariables) }
  const result = await exchange(access, {
    operation: kind,
    name,
    call: batch,
    objectRules: configured.rules,
    variables,
  })
  if (!result.ok) return failedWhole(access, asked, result)
  const rows = listAt(result.reply.json, batch.results)
  const rowOf = rowFinder(batch, rows)
  return items.map((item, index) => rowOutcome(access, asked, result.reply, item, rowOf(item, index)))
}

/** What a failed call means for each of its items. */
async function failedWhole(
  access: Access<ApiSettings>,
  asked: Batch,
  failed: { outcome: Outcome; reply?: HttpReply },
): Promise<readonly Outcome[]> {
  const { batch, items } = asked
  const { outcome, reply } = failed
  if (items.length === 1) return items.map(item => withRemoteId(outcome, knownId(asked.configured, item)))
  // An all-or-nothing call that the vendor refused says nothing about its good rows, so each is tried alone.
  const isRefused =
    outcome.kind === 'rejected' ||
    outcome.kind === 'conflict' ||
    outcome.kind === 'exists' ||
    outcome.kind === 'unknown'
  if (batch.atomic && isRefused && reply !== undefined && reply.status < 500) {
    const alone: Outcome[] = []
    for (const item of items) alone.push(...(await sendBatch(access, { ...asked, items: [item] })))
    return alone
  }
  // One id cannot stand for several items.
  const each: Outcome =
    outcome.kind === 'exists' || outcome.kind === 'delivered'
      ? { kind: 'unknown', reason: 'the reply names one record for several items' }
      : outcome
  return items.map(() => each)
}

function rowFinder(
  { match }: BatchSettings,
  rows: readonly Json[],
): (item: PushItem, index: number) => Json | undefined {
  if (match === 'order') return (_item, index) => rows[index]
  const byKey = new Map(rows.map(row => [keyOf(row, match.row), row]))
  return item => {
    const key = keyOf(itemVariables(item), match.item)
    return key === undefined ? undefined : byKey.get(key)
  }
}

/** Keys are compared as text without case, as mail addresses are. */
export function keyOf(value: Json, path: string): string | undefined {
  return textAt(value, path)?.toLowerCase()
}

function rowOutcome(
  access: Access<ApiSettings>,
  asked: Batch,
  reply: HttpReply,
  item: PushItem,
  row: Json | undefined,
): Outcome {
  const { name, kind, batch, configured } = asked
  const known = knownId(configured, item)
  // Where we choose the ids, a vendor need not name what it took.
  const own = configured.ownIds ? known : undefined
  if (row === undefined)
    return own === undefined
      ? { kind: 'unknown', reason: 'the reply has no row for this item' }
      : { kind: 'delivered', remoteId: own }
  const rules = compiledApi(access.settings).rules(`${name}.row`, batch.rowRules, configured.rules)
  const outcome = classifyByRules(rules, { operation: kind, reply, row, nowMs: access.nowMs() })
  if (outcome) return withRemoteId(outcome, known)
  const delivered = deliveredBy(row, { configured, write: batch, known: own })
  if (delivered.kind === 'delivered') return delivered
  return {
    kind: 'rejected',
    reason: `this row has no id and no rule explains it: ${JSON.stringify(row).slice(0, 300)}`,
  }
}
