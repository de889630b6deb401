import { LRUCache } from 'lru-cache'
import { existsSomewhere } from '#connector/classify.ts'
import type { Access, PushItem } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import { listAt, textAt, valueAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { call, type Called } from './api.ts'
import type { Settings } from './settings.ts'

/** How long Zendesk is given before it is asked what became of a job. */
const POLL_AFTER_MS = 2000

/** Creates or updates many users by one job; it is asked for later, each item by its place in it. */
export async function submitUsers(access: Access<Settings>, items: readonly PushItem[]): Promise<readonly Outcome[]> {
  const users = items.map(({ content, externalId }) => ({ ...content, external_id: externalId }))
  const called = await call(access, 'upsert', {
    method: 'POST',
    path: '/users/create_or_update_many',
    json: { users },
  })
  if (!called.ok) return items.map(() => called.outcome)
  const id = textAt(called.reply.json, 'job_status.id')
  if (id === undefined) return items.map(() => ({ kind: 'retry', reason: 'the reply has no job' }))
  const pollAfterMs = access.nowMs() + POLL_AFTER_MS
  return items.map((_, index) => ({ kind: 'submitted', job: { id, index }, pollAfterMs }))
}

/** Jobs that were just asked for: all items of one ask at nearly the same time, and the answer holds them all. It is young for as long as it is kept. */
const asked = new LRUCache<string, Promise<Called>, { access: Access<Settings>; id: string }>({
  max: 100,
  ttl: 1000,
  memoMethod: (_key, _old, { context: { access, id } }) =>
    call(access, 'read', { method: 'GET', path: `/job_statuses/${encodeURIComponent(id)}` }),
})

/** What became of one item of a job. */
export async function poll(access: Access<Settings>, _object: string, job: Json): Promise<Outcome> {
  const id = textAt(job, 'id') ?? ''
  const called = await asked.memo(`${access.system} ${id}`, { context: { access, id } })
  if (!called.ok) {
    // Zendesk forgets jobs; the users are written again, which does no harm.
    return called.outcome.kind === 'gone'
      ? { kind: 'retry', reason: `job ${id} is not known any more` }
      : called.outcome
  }
  const { json } = called.reply
  const status = textAt(json, 'job_status.status')
  if (status === 'queued' || status === 'working') {
    return { kind: 'submitted', job, pollAfterMs: access.nowMs() + POLL_AFTER_MS }
  }
  const index = Number(valueAt(job, 'index') ?? 0)
  const row = listAt(json, 'job_status.results')[index]
  if (status === 'completed' && row !== undefined) return outcomeOfRow(row)
  return {
    kind: 'retry',
    reason: `job ${id} ended as ${status ?? 'unknown'}: ${textAt(json, 'job_status.message') ?? ''}`,
  }
}

function outcomeOfRow(row: Json): Outcome {
  const remoteId = textAt(row, 'id')
  const isFailed = textAt(row, 'status') === 'Failed' || valueAt(row, 'success') === false
  if (!isFailed && remoteId !== undefined) return { kind: 'delivered', remoteId }
  const reason = [textAt(row, 'error'), textAt(row, 'details')].filter(text => text !== undefined).join(': ')
  return /already|taken|duplicate/i.test(reason) ? existsSomewhere(reason) : { kind: 'rejected', reason }
}
