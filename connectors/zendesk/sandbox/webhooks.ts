import { hmacDigest } from '#connector/signature.ts'
import { textAt } from '#connector/reply-path.ts'
import type { JsonObject } from '#model/json.ts'
import type { ObjectName } from '../objects.ts'
import type { SandboxRecord } from './records.ts'

const ACCOUNT_ID = 12_514_403
const TRIES_MAX = 3

/** Sends events as Zendesk does: one a request, signed over timestamp and body, again where the hub is busy. */
export function createWebhooks(secret: string) {
  const queue: JsonObject[] = []
  let target: string | undefined
  let nextEvent = 1

  /** Only what happens while somebody listens is told. Words are in upper case there, and ids are texts. */
  const tell = (object: ObjectName, happened: string, record: SandboxRecord, change: JsonObject = {}): void => {
    if (target === undefined) return
    const id = String(record.id)
    queue.push({
      type: `zen:event-type:${object}.${happened}`,
      account_id: ACCOUNT_ID,
      id: `2b24ef10-19d4-4740-93cf-${String(nextEvent++).padStart(12, '0')}`,
      time: new Date().toISOString(),
      zendesk_event_version: '2022-11-06',
      subject: `zen:${object}:${id}`,
      detail: {
        id,
        external_id: textAt(record.fields, 'external_id') ?? null,
        ...(object === 'ticket' ? { status: (textAt(record.fields, 'status') ?? 'new').toUpperCase() } : {}),
        updated_at: textAt(record.fields, 'updated_at') ?? null,
      },
      event: { ...change, meta: { sequence: { id: '01HN', position: 1 } } },
    })
  }

  /** What is queued, as requests to be sent: one event each. */
  const take = (): SignedWebhook[] => queue.splice(0).map(event => signed(secret, JSON.stringify(event)))

  /** Sends what is queued; the statuses of the answers. */
  const flush = async (): Promise<number[]> => {
    const statuses: number[] = []
    for (const request of take()) {
      for (let tried = 0; tried < TRIES_MAX; tried++) {
        const status = await send(target ?? '', request)
        statuses.push(status)
        if (![409, 429, 503].includes(status)) break
      }
    }
    return statuses
  }

  return {
    tell,
    take,
    flush,
    signed: (body: string, wrong = secret) => signed(wrong, body),
    listen: (url: string) => void (target = url),
  }
}

interface SignedWebhook {
  headers: Record<string, string>
  body: string
}

function signed(secret: string, body: string): SignedWebhook {
  const timestamp = new Date().toISOString()
  const headers = {
    'content-type': 'application/json',
    'x-zendesk-account-id': String(ACCOUNT_ID),
    'x-zendesk-webhook-id': '01HNWEBHOOK',
    'x-zendesk-webhook-invocation-id': `01HN${Date.now()}`,
    'x-zendesk-webhook-signature-timestamp': timestamp,
    'x-zendesk-webhook-signature': hmacDigest('sha256', Buffer.from(secret), [timestamp, body]).toString('base64'),
  }
  return { headers, body }
}

async function send(url: string, { headers, body }: SignedWebhook): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}
