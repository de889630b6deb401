import { createHash } from 'node:crypto'
import { isJsonObject } from '#model/json.ts'
import type { JsonObject } from '#model/json.ts'
import type { Signer } from '#config/signer.ts'
import type { Problem } from '../problem.ts'
import { problem } from '../problem.ts'

const CONFIRM_VALID_MS = 15 * 60_000

/** What a confirmation stands for: the act, its filter, how many there were and the newest id seen, so that later rows stay out. */
export interface Confirmed {
  untilId: string | undefined
  count: number
}

/** Makes the text that confirms a dry run; it fits only the same act with the same filter, for 15 minutes. */
export function makeConfirm(signer: Signer, act: string, filter: object, content: Confirmed, nowMs: number): string {
  return signer.sign(purposeOf(act, filter), {
    n: content.count,
    e: nowMs + CONFIRM_VALID_MS,
    ...(content.untilId !== undefined && { u: content.untilId }),
  })
}

export function readConfirm(
  signer: Signer,
  act: string,
  filter: object,
  confirm: string | undefined,
  nowMs: number,
): Confirmed | Problem {
  if (confirm === undefined) return problem('confirm_missing', {})
  const content = signer.read(purposeOf(act, filter), confirm)
  if (!isJsonObject(content)) return problem('confirm_foreign', {})
  const { e: expires, n: count, u: untilId } = content
  if (typeof expires !== 'number' || expires < nowMs || typeof count !== 'number') {
    return problem('confirm_old', { minutes: CONFIRM_VALID_MS / 60_000 })
  }
  return { count, untilId: typeof untilId === 'string' ? untilId : undefined }
}

function purposeOf(act: string, filter: object): string {
  const sorted = JSON.stringify(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `confirm/${act}/${createHash('sha256').update(sorted).digest('base64url')}`
}

/** A filter as audit keeps it: remote ids may be mails, so they are left out. */
export function auditFilter(filter: object): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(filter))
  const { remoteId, ids, ...rest } = plain
  return {
    ...rest,
    ...(remoteId !== undefined && { remoteId: '[given]' }),
    ...(Array.isArray(ids) && { ids: ids.length }),
  }
}
