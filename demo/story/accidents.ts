import type { Stage, Step } from './stage.ts'

export interface AccidentOptions {
  vendors: Stage['vendors']
  durationMs: number
  /** How long the newsletter's vendor is off the network. */
  downMs: number
  /** How long the helpdesk answers 429. */
  throttledMs: number
}

/** What goes wrong: a vendor down, another one throttling, sessions that end, forged, unknown and broken webhooks. */
export function accidents({ vendors, durationMs, downMs, throttledMs }: AccidentOptions): Step[] {
  const { salesforce, hubspot, mailchimp, zendesk } = vendors
  const at = (share: number): number => Math.round(durationMs * share)
  const event = (subscriptionType: string, eventId: number): string =>
    JSON.stringify([{ eventId, subscriptionType, objectId: 501, occurredAt: Date.now() }])
  return [
    { atMs: at(0.35), act: () => zendesk.faults.throttle(throttledMs) },
    ...(downMs > 0 ? [{ atMs: at(0.12), act: () => mailchimp.faults.unplug(downMs) }] : []),
    { atMs: at(0.4), act: () => salesforce.faults.endSessions() },
    { atMs: at(0.3), act: () => hubspot.emit(hubspot.sign(event('contact.deletion', 1), 'a wrong secret')) },
    { atMs: at(0.35), act: () => hubspot.emit(hubspot.sign(event('meeting.booked', 2))) },
    { atMs: at(0.45), act: () => hubspot.emit(hubspot.sign('[{"eventId": 3, "subscriptionType": "contact.cre')) },
  ]
}
