import type { SandboxAuthor } from '#connector/sandbox.ts'
import { hmacDigest } from '#connector/signature.ts'
import type { JsonObject } from '#model/json.ts'

const PORTAL_ID = 620021
const APP_ID = 9911
const EVENTS_MAX = 100
const TRIES_MAX = 10

export type SandboxWebhooks = ReturnType<typeof createWebhooks>

/** Sends what happened as HubSpot does: lists of events, signed with the app's client secret, again where they are not taken. */
export function createWebhooks(clientSecret: string) {
  const queue: JsonObject[] = []
  let target: { url: string; signedUrl: string } | undefined
  let nextEventId = 3901

  /** Only what happens while somebody listens is told. */
  const tell = (subscriptionType: string, occurredAtMs: number, author: SandboxAuthor, facts: JsonObject): void => {
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

  /** What is queued, as requests to be sent. */
  const take = (): SignedWebhook[] => {
    const requests: SignedWebhook[] = []
    while (queue.length > 0) requests.push(signed(JSON.stringify(queue.splice(0, EVENTS_MAX))))
    return requests
  }

  /** Any body, signed as HubSpot signs it. */
  const signed = (body: string, secret = clientSecret): SignedWebhook => {
    const timestamp = String(Date.now())
    const parts = ['POST', target?.signedUrl ?? '', body, timestamp]
    const signature = hmacDigest('sha256', Buffer.from(secret), parts).toString('base64')
    const headers = {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
    }
    return { headers, body }
  }

  /** Sends what is queued; the statuses of the answers. */
  const flush = async (): Promise<number[]> => {
    const statuses: number[] = []
    for (const { body } of take()) {
      const events = JSON.parse(body) as JsonObject[]
      for (let attemptNumber = 0; attemptNumber < TRIES_MAX; attemptNumber++) {
        const status = await send(
          target?.url ?? '',
          signed(JSON.stringify(events.map(one => ({ ...one, attemptNumber })))),
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

  return { tell, take, signed, flush, listen, drop }
}

interface SignedWebhook {
  headers: Record<string, string>
  body: string
}

async function send(url: string, { headers, body }: SignedWebhook): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}
