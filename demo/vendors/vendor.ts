import type { Json, JsonObject } from '#model/json.ts'
import type { OutgoingWebhook, WebhookSender } from '../../connectors/http/example/sandboxes/webhook-sender.ts'
import type { Journal, Row } from './journal.ts'

export const VENDORS = ['salesforce', 'hubspot', 'mailchimp', 'zendesk', 'odoo'] as const
export type VendorName = (typeof VENDORS)[number]
export type Vendors = Readonly<Record<VendorName, Vendor>>

/** One of the company's systems, as its people and its own books see it. */
export interface Vendor {
  name: VendorName
  /** What demo/patchbay.yaml must know to reach it and to sign in. */
  environment: Readonly<Record<string, string>>
  stop: () => Promise<void>
  /** The hub's intake for this vendor; nothing is told before it is set. */
  setWebhookTarget(url: string): void
  /** All its records by object, as they stand in its database, by the connector's names of objects; flat. */
  records(): Record<string, readonly Row[]>
  /** The record as it stood after its last change; undefined when it is gone. */
  record(object: string, id: string): Row | undefined
  /** The id of a record with this value in a field. */
  find(object: string, field: string, value: string): string | undefined
  /** A change made by a person in the vendor's own screens; answers the record's id. Undefined id: a new record. */
  edit(object: string, id: string | undefined, fields: JsonObject): string
  /** Enters a record of earlier days; answers its id. Oldest first: lists go by time. */
  enter(object: string, fields: JsonObject, atMs: number): string
  remove(object: string, id: string): void
  /** Takes a removed record out of the bin. */
  restore(object: string, id: string): boolean
  /** Makes two records one: the loser's id leads to the winner from then on. */
  merge(object: string, winnerId: string, loserId: string): boolean
  /** All that was ever changed here, and whether the hub could know. */
  journal: Journal
  /** Any body as a webhook of this vendor, with its proof, or a wrong one. */
  sign: (body: string, secret?: string) => OutgoingWebhook
  /** Sends a webhook that no change of a record stands behind (campaigns, unknown types, broken ones). */
  emit(webhook: OutgoingWebhook): void
  /** What the vendor makes of a document that is written to it, flat: the comparison needs to know. */
  normalise: (object: string, document: JsonObject) => JsonObject
  counters: () => VendorCounters
  faults: Faults
  webhooks: WebhookSender
}

export interface VendorCounters {
  calls: number
  throttled: number
  /** Changes by the hub, and those of them that a webhook told it of: what it hears of itself. */
  writes: number
  echoed: number
}

export interface Faults {
  /** Answers 429 for this long. */
  throttle(forMs: number): void
  /** Takes the vendor off the network for this long; resolves when it is back. */
  unplug(forMs: number): Promise<void>
  /** Every session ends, as after a night. */
  endSessions(): void
}

/** A value as text: what is empty is no text, what is no text goes in its JSON form. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
