import { hmacDigest } from '#connector/signature.ts'
import type { Json, JsonObject } from '#model/json.ts'

const PORTAL_ID = 620021
const APP_ID = 9911
const EVENTS_MAX = 100
const TRIES_MAX = 10

export type Author = 'api' | 'person'
export type SandboxWebhooks = ReturnType<typeof createWebhooks>

/** Sends what happened as HubSpot does: lists of events, signed with the app's client secret, again where they are not taken. */
export function createWebhooks(clientSecret: string) {
  const queue: JsonObject[] = []
  let target: { url: string; signedUrl: string } | undefined
  let nextEventId = 3901

  /** Only what happens while somebody listens is told. */
  const tell = (subscriptionType: string, occurredAtMs: number, author: Author, facts: JsonObject): void => {
    if (target === undefined) return
    queue.push({
      eventId: nextEventId++,
      subscriptionId: 77,
      portalId: PORTAL_ID,
      appId: APP_ID,
      occurredAt: occurredAtMs,
      subscriptionType,
      attemptNumber: 0,
      ...(author === 'api'
        ? { changeSource: 'INTEGRATION', sourceId: String(APP_ID) }
        : { changeSource: 'CRM', sourceId: 'userId:88' }),
      ...facts,
    })
  }

  /** Sends what is queued; the statuses of the answers. */
  const flush = async (): Promise<number[]> => {
    const statuses: number[] = []
    const to = target
    if (to === undefined) return statuses
    while (queue.length > 0) {
      const events = queue.splice(0, EVENTS_MAX)
      for (let attemptNumber = 0; attemptNumber < TRIES_MAX; attemptNumber++) {
        const status = await send(
          to,
          clientSecret,
          events.map(event => ({ ...event, attemptNumber })),
        )
        statuses.push(status)
        if (status < 300) break
      }
    }
    return statuses
  }

  const listen = (url: string, signedUrl = url): void => void (target = { url, signedUrl })

  /** Forgets what was not sent. */
  const drop = (): void => void queue.splice(0)

  return { tell, flush, listen, drop }
}

async function send(to: { url: string; signedUrl: string }, secret: string, events: Json): Promise<number> {
  const body = JSON.stringify(events)
  const timestamp = String(Date.now())
  const signature = hmacDigest('sha256', Buffer.from(secret), ['POST', to.signedUrl, body, timestamp]).toString(
    'base64',
  )
  const headers = {
    'content-type': 'application/json',
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': timestamp,
  }
  const response = await fetch(to.url, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}
