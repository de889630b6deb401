import type { Signer } from '#config/signer.ts'
import { isJsonObject } from '#model/json.ts'

const PURPOSE = 'alert-notice'
const VALID_MS = 3 * 24 * 60 * 60_000

/** A page at which whoever got the notice can acknowledge its alerts: signed by the hub key, for three days. */
export function acknowledgeUrl(
  publicUrl: string,
  signer: Signer,
  notice: { id: string; team: string },
  nowMs: number,
): string {
  return `${publicUrl}/ack/${signer.sign(PURPOSE, { n: notice.id, t: notice.team, e: nowMs + VALID_MS })}`
}

/** The notice of a link; undefined when the hub did not give it out, or it has ended. */
export function readAcknowledgeToken(
  signer: Signer,
  token: string,
  nowMs: number,
): { noticeId: string; team: string } | undefined {
  const content = signer.read(PURPOSE, token)
  if (!isJsonObject(content)) return undefined
  const { n: noticeId, t: team, e: endsAtMs } = content
  if (typeof noticeId !== 'string' || typeof team !== 'string' || typeof endsAtMs !== 'number') return undefined
  return endsAtMs < nowMs ? undefined : { noticeId, team }
}
