import { signCrmWebhook } from '../sandboxes/crm.ts'
import type { Stage, Step } from './stage.ts'

export interface AccidentOptions {
  sandboxes: Stage['sandboxes']
  durationMs: number
  /** How long the marketing tool is off the network. */
  downMs: number
  /** How long the helpdesk answers 429. */
  throttledMs: number
}

/** What goes wrong: a vendor down, another one throttling, revoked tokens, forged, unknown and broken webhooks. */
export function accidents({ sandboxes, durationMs, downMs, throttledMs }: AccidentOptions): Step[] {
  const { crm, helpdesk, erp, marketing } = sandboxes
  const at = (share: number): number => Math.round(durationMs * share)
  const forged = signCrmWebhook(
    { id: 'evt_forged', type: 'contact.updated', recordId: '1', record: { email: 'evil@x.example' } },
    'a wrong secret',
  )
  const unknown = signCrmWebhook({
    id: 'evt_unknown',
    type: 'meeting.booked',
    occurredAt: new Date().toISOString(),
    record: {},
  })
  return [
    { atMs: at(0.35), act: () => helpdesk.faults.throttle(throttledMs) },
    ...(downMs > 0 ? [{ atMs: at(0.12), act: () => marketing.faults.unplug(downMs) }] : []),
    { atMs: at(0.4), act: () => crm.faults.revokeTokens() },
    { atMs: at(0.5), act: () => erp.faults.revokeTokens() },
    { atMs: at(0.3), act: () => crm.emit(forged) },
    { atMs: at(0.35), act: () => crm.emit(unknown) },
    { atMs: at(0.45), act: () => crm.emit(signCrmWebhook('{"id": "evt_broken", "type": "contact.upd')) },
  ]
}
