import type { JsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import type { Change, Vendor } from './vendor.ts'

export const TOKEN = 'simulated-token'

/** One webhook of a vendor on its way, until the hub acknowledged it. */
interface Posting {
  post: number
  record: string
  body: JsonObject
  tries: number
  state: 'waiting' | 'acknowledged' | 'lost'
}

export interface Webhooks {
  changed(change: Change): void
  calm(): void
  /** Numbers of the posts that the hub answered with 2xx. */
  acknowledged(): readonly number[]
}

const PATIENCE = 4

/** Tells the hub of changes, in the vendor's dialect, with the network's faults: late, twice, out of order, never. */
export function createWebhooks(vendor: Vendor, context: SimContext, nextPost: () => number): Webhooks {
  const { dialect } = vendor
  const { clock, random, hub } = context
  const postings: Posting[] = []
  const queues = new Map<string, Promise<void>>()
  const acknowledged: number[] = []
  let calm = false
  // A vendor that tells neither time nor version sends the events of a record in order, as such vendors do.
  const inOrder = dialect.clock === 'none' || dialect.clock === 'skewed'

  function send(posting: Posting, delayMs: number): void {
    if (!inOrder) {
      clock.after(delayMs, () => void deliver(posting))
      return
    }
    queues.set(posting.record, afterAllBefore(posting, delayMs, queues.get(posting.record)))
  }

  async function afterAllBefore(posting: Posting, delayMs: number, before: Promise<void> | undefined): Promise<void> {
    await before
    await clock.sleep(delayMs)
    while (posting.state === 'waiting') {
      await attempt(posting)
      if (posting.state === 'waiting') await clock.sleep(5_000)
    }
  }

  async function deliver(posting: Posting): Promise<void> {
    if (posting.state !== 'waiting') return
    await attempt(posting)
    if (posting.state === 'waiting') clock.after(calm ? 5_000 : 5_000 * 2 ** posting.tries, () => void deliver(posting))
  }

  async function attempt(posting: Posting): Promise<void> {
    posting.tries += 1
    const status = await hub.post(dialect.system, {
      headers: { 'content-type': 'application/json', 'x-token': TOKEN },
      body: JSON.stringify(posting.body),
    })
    if (status !== undefined && status >= 200 && status < 300) {
      posting.state = 'acknowledged'
      acknowledged.push(posting.post)
    } else if (!calm && dialect.losesWebhooks && posting.tries > PATIENCE) posting.state = 'lost'
  }

  return {
    changed(change) {
      if (dialect.events === 'polls') return
      if (!calm && dialect.losesWebhooks && random.chance(0.1)) return
      const copies = !calm && dialect.eventIds && random.chance(0.15) ? 2 : 1
      const eventId = `${dialect.system}-event-${change.record.rev}`
      for (let copy = 0; copy < copies; copy += 1) {
        const post = nextPost()
        const posting: Posting = {
          post,
          record: change.record.id,
          body: { post, events: [eventBody(vendor, change, dialect.eventIds ? eventId : undefined)] },
          tries: 0,
          state: 'waiting',
        }
        postings.push(posting)
        // Two systems that are told of one customer at one moment both find nobody who has its keys.
        const atOnce = context.concurrent && change.kind === 'created' && copy === 0
        send(posting, atOnce ? 0 : random.integer(calm ? 200 : random.pick([200, 3_000, 120_000])))
      }
    },
    calm() {
      calm = true
      // What waits for its next try is sent at once; a second copy of what is on its way does no harm.
      if (!inOrder)
        for (const posting of postings) if (posting.state === 'waiting' && posting.tries > 0) void deliver(posting)
    },
    acknowledged: () => acknowledged,
  }
}

function eventBody(vendor: Vendor, change: Change, eventId: string | undefined): JsonObject {
  const { dialect } = vendor
  const { record } = change
  const atMs = vendor.vendorMs(record)
  return {
    type: `${record.object}.${change.kind}`,
    object: record.object,
    record: record.id,
    ...(eventId === undefined ? {} : { event: eventId }),
    ...(atMs === undefined ? {} : { at: new Date(atMs).toISOString() }),
    ...(dialect.clock === 'version' ? { version: String(record.version) } : {}),
    ...(dialect.authors ? { author: change.by === 'hub' ? 'patchbay' : `user of ${dialect.system}` } : {}),
    ...(record.mergedInto === undefined ? {} : { into: record.mergedInto }),
    data: eventData(vendor, change),
  }
}

function eventData(vendor: Vendor, change: Change): JsonObject {
  const state = vendor.state(change.record)
  const { id = null, rev = null } = state
  if (change.kind === 'deleted' || change.kind === 'merged') return { id, rev }
  if (vendor.dialect.events === 'thin') return { id }
  if (vendor.dialect.events === 'whole' || change.kind !== 'updated') return state
  // Such vendors name the record by a key of its own too, so that a change of a record not heard of before can be placed.
  const key = vendor.dialect.member('email')
  const shown = new Set([key, ...change.members])
  return {
    id,
    rev,
    ...Object.fromEntries([...shown].flatMap(name => (name in state ? [[name, state[name] ?? null]] : []))),
  }
}
