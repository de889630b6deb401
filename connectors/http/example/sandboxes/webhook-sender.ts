import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'

/** One webhook as the vendor sends it; sent again it is byte for byte the same. */
export interface OutgoingWebhook {
  /** Path and query below the target, such as `/s3cret?x=1`. */
  path: string
  headers: Readonly<Record<string, string>>
  body: string
}

export interface SenderCounters {
  sent: number
  accepted: number
  refused: number
  retried: number
  duplicated: number
  delayed: number
}

/** What is allowed to go wrong on the way, as probabilities. */
export interface Disorder {
  duplicate: number
  delay: number
}

export interface WebhookSender {
  send(webhook: OutgoingWebhook): void
  counters: SenderCounters
  disorder: Disorder
  /** Webhooks that are queued, under way, delayed or waiting for a retry. */
  pending(): number
  stop(): void
}

const IN_FLIGHT_MAX = 6
const TRIES_MAX = 8
const TIMEOUT_MS = 10_000

/** Sends a vendor's webhooks to the hub, nearly in order, with the vendor's retries; some go twice and some arrive late. */
export function createWebhookSender(target: () => string | undefined, random: Random): WebhookSender {
  const counters: SenderCounters = { sent: 0, accepted: 0, refused: 0, retried: 0, duplicated: 0, delayed: 0 }
  const disorder: Disorder = { duplicate: 0, delay: 0 }
  const stopped = new AbortController()
  const queue: OutgoingWebhook[] = []
  let inFlight = 0
  let later = 0

  const pump = (): void => {
    while (inFlight < IN_FLIGHT_MAX && !stopped.signal.aborted) {
      const webhook = queue.shift()
      if (!webhook) return
      inFlight++
      void deliver(webhook).finally(() => {
        inFlight--
        pump()
      })
    }
  }
  const enqueueLater = (webhook: OutgoingWebhook, delayMs: number): void => {
    later++
    const enqueue = (): void => {
      later--
      if (stopped.signal.aborted) return
      queue.push(webhook)
      pump()
    }
    void sleep(delayMs, undefined, { signal: stopped.signal }).then(enqueue, enqueue)
  }
  const deliver = async (webhook: OutgoingWebhook): Promise<void> => {
    for (let tries = 1; tries <= TRIES_MAX && !stopped.signal.aborted; tries++) {
      counters.sent++
      const status = await post(`${target() ?? ''}${webhook.path}`, webhook)
      if (status >= 200 && status < 300) return void counters.accepted++
      if (status >= 400 && status < 500 && status !== 429) return void counters.refused++
      counters.retried++
      await sleep(Math.min(250 * 2 ** tries, 5000), undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }

  return {
    counters,
    disorder,
    pending: () => queue.length + inFlight + later,
    stop: () => stopped.abort(),
    send(webhook) {
      if (target() === undefined) return
      if (random.chance(disorder.duplicate)) {
        counters.duplicated++
        enqueueLater(webhook, 50 + random.integer(2000))
      }
      if (random.chance(disorder.delay)) {
        counters.delayed++
        return enqueueLater(webhook, 500 + random.integer(2500))
      }
      queue.push(webhook)
      pump()
    },
  }
}

/** The status of one POST; 0 when no answer came. */
async function post(url: string, { headers, body }: OutgoingWebhook): Promise<number> {
  try {
    const reply = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) })
    await reply.arrayBuffer()
    return reply.status
  } catch {
    return 0
  }
}
