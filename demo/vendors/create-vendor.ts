import type { SandboxChange, SandboxNetwork, SandboxOptions } from '#connector/sandbox.ts'
import type { JsonObject } from '#model/json.ts'
import { createRandom } from '../../connectors/http/example/sandboxes/random.ts'
import { createWebhookSender, type OutgoingWebhook } from '../../connectors/http/example/sandboxes/webhook-sender.ts'
import { createJournal, type Row } from './journal.ts'
import { createShelves } from './shelves.ts'
import { textOf, type Vendor, type VendorName } from './vendor.ts'

/** What a vendor's own file says of it; its connector's sandbox does the rest. */
export interface VendorDefinition {
  name: VendorName
  /** Fields by which people notice that a record is there already, by object. */
  known: Readonly<Record<string, string>>
  open(options: Required<SandboxOptions>): Promise<OpenVendor>
}

/** A vendor that runs: what people do there, and what is told of it. */
export interface OpenVendor extends Pick<Vendor, 'environment' | 'normalise' | 'sign'> {
  network: SandboxNetwork
  close: () => Promise<void>
  /** All its records by object, as they stand in its database. */
  records(): Record<string, readonly { id: string; record: JsonObject }[]>
  /** A record flat, by the names that `normalise` gives. */
  fieldsOf(object: string, record: JsonObject): JsonObject
  /** When a record was changed last, as precisely as the vendor tells it. */
  changedMs(object: string, record: JsonObject): number
  /** A person makes a record, or changes one; answers its id. */
  write(object: string, id: string | undefined, fields: JsonObject): string
  remove?: (object: string, id: string) => void
  restore?: (object: string, id: string) => boolean
  merge?: (object: string, winnerId: string, loserId: string) => void
  endSessions?: () => void
  /** Somebody listens to its webhooks from now on. */
  listen?: () => void
  /** The webhooks that tell of these changes, signed. */
  tell(changes: readonly SandboxChange[]): readonly OutgoingWebhook[]
}

const RETRY_AFTER_SECONDS = '2'

/** A vendor by its connector's own sandbox: its real contract to the hub, people and a journal on the other side. */
export async function createVendor(
  { name, known, open }: VendorDefinition,
  { seed, nowMs = Date.now }: { seed: number; nowMs?: () => number },
): Promise<Vendor> {
  const own = { writes: 0, echoed: 0 }
  let target: string | undefined
  let backDatedMs: number | undefined
  let untold: SandboxChange[] = []
  const clockMs = (): number => backDatedMs ?? nowMs()
  const journal = createJournal()
  const shelves = createShelves()
  const webhooks = createWebhookSender(() => target, createRandom(seed))

  const tellAll = (): void => {
    const changes = untold.splice(0)
    const due = vendor.tell(changes)
    if (due.length > 0) own.echoed += changes.filter(({ author }) => author === 'api').length
    for (const webhook of due) webhooks.send(webhook)
  }
  const changed = (change: SandboxChange): void => {
    const { object, id, action, author, given, record, loserId } = change
    if (author === 'api') own.writes++
    const held = {
      action,
      author,
      atMs: vendor.changedMs(object, record),
      fields: vendor.fieldsOf(object, record),
      loserId,
    }
    const { row, loser } = shelves.put(object, id, held)
    journal.note(object, { action, row, given: vendor.fieldsOf(object, given), ...(loser ? { loser } : {}) })
    if (target === undefined) return
    // A call that writes many records is told of when it is done.
    if (untold.length === 0) queueMicrotask(tellAll)
    untold.push(change)
  }
  const shown = (object: string, id: string): void => {
    const row = shelves.get(object, id)
    if (row) journal.shown(row)
  }
  const vendor = await open({ nowMs: clockMs, watcher: { changed, shown } })
  const find = (object: string, field: string, value: string): string | undefined =>
    shelves.find(object, row => textOf(row.fields[field]).toLowerCase() === value.toLowerCase())?.id

  return {
    name,
    environment: vendor.environment,
    sign: vendor.sign,
    async stop() {
      webhooks.stop()
      await vendor.close()
    },
    setWebhookTarget(url) {
      target = url
      vendor.listen?.()
    },
    records: () =>
      Object.fromEntries(
        Object.entries(vendor.records()).map(([object, held]) => [
          object,
          held.map(({ id, record }) => dated(shelves.get(object, id), id, vendor.fieldsOf(object, record))),
        ]),
      ),
    record: (object, id) => shelves.get(object, id),
    find,
    edit(object, id, fields) {
      const by = known[object]
      const value = by === undefined ? '' : textOf(fields[by]).trim()
      // A person who types in what is there already is shown the existing record.
      const existing = id === undefined && by !== undefined && value !== '' ? find(object, by, value) : undefined
      return existing ?? vendor.write(object, id, fields)
    },
    enter(object, fields, atMs) {
      backDatedMs = atMs
      try {
        return vendor.write(object, undefined, fields)
      } finally {
        backDatedMs = undefined
      }
    },
    remove: (object, id) => vendor.remove?.(object, id),
    restore: (object, id) => vendor.restore?.(object, id) ?? false,
    merge(object, winnerId, loserId) {
      if (!shelves.get(object, winnerId) || !shelves.get(object, loserId) || winnerId === loserId) return false
      vendor.merge?.(object, winnerId, loserId)
      return vendor.merge !== undefined
    },
    journal,
    emit: webhook => webhooks.send(webhook),
    normalise: vendor.normalise,
    counters: () => ({ ...own, calls: vendor.network.calls, throttled: vendor.network.throttled }),
    faults: {
      throttle(forMs) {
        const headers = { 'retry-after': RETRY_AFTER_SECONDS }
        vendor.network.refuse(Date.now() + forMs, { status: 429, headers, json: {} })
      },
      unplug: forMs => vendor.network.cut(forMs),
      endSessions: () => vendor.endSessions?.(),
    },
    webhooks,
  }
}

/** A record of the vendor's database with the times that the books have of it. */
function dated(row: Row | undefined, id: string, fields: JsonObject): Row {
  return { id, createdAtMs: 0, updatedAtMs: 0, author: 'person', ...row, fields }
}
