import { randomUUID } from 'node:crypto'
import { listAt } from '#connector/reply-path.ts'
import type { SandboxAnswer } from '#connector/sandbox.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { SandboxAccount } from './account.ts'

export type SandboxJobs = ReturnType<typeof createJobs>

/** Jobs over many users: queued when they are made, working when they are first asked for, then done. */
export function createJobs(account: SandboxAccount) {
  const jobs = new Map<string, { users: readonly JsonObject[]; asked: number; results?: Json[] }>()

  const submit = (body: Json): SandboxAnswer => {
    const id = randomUUID().replaceAll('-', '')
    const users = listAt(body, 'users').filter(isJsonObject)
    if (users.length > 100) {
      return { status: 413, json: { error: 'TooManyRecords', description: 'no more than 100 users' } }
    }
    jobs.set(id, { users, asked: 0 })
    return { status: 200, json: { job_status: { id, url: `/api/v2/job_statuses/${id}`, status: 'queued' } } }
  }

  const status = (id: string): SandboxAnswer => {
    const job = jobs.get(id)
    if (job === undefined) return { status: 404, json: { error: 'RecordNotFound', description: 'Not found' } }
    if (job.asked++ === 0) return { status: 200, json: { job_status: { id, status: 'working' } } }
    job.results ??= job.users.map((user, index) => resultOf(account, user, index))
    return {
      status: 200,
      json: { job_status: { id, status: 'completed', total: job.users.length, results: job.results } },
    }
  }

  return { submit, status }
}

function resultOf(account: SandboxAccount, user: JsonObject, index: number): JsonObject {
  const written = account.upsert('user', user)
  if ('refused' in written) {
    return { index, status: 'Failed', error: 'UserCreateError', details: written.refused.description }
  }
  return { index, id: written.record.id, status: written.isNew ? 'Created' : 'Updated' }
}
