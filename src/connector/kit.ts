import type { z } from 'zod'
import type { Json, JsonObject } from '#model/json.ts'
import type { Compare } from '#rules/comparators.ts'
import type { Note } from './body/note.ts'
import type { Exchange } from './exchange.ts'
import type { Outcome } from './outcome.ts'
import type { HttpClient } from './network/http.ts'

/** A text in both languages of the product. */
export interface Text {
  en: string
  zh: string
}

/** A secret that an operator gives by reference (`env:NAME`, `file:path`). Several live values are allowed while one rotates. */
export interface SecretField {
  label: Text
  description?: Text
  required: boolean
}

/** What a connector is and needs; drives config checks, console forms and the operator's docs. */
export interface Manifest<Settings = unknown> {
  name: string
  title: Text
  category: 'crm' | 'marketing' | 'helpdesk' | 'erp' | 'forms' | 'mail' | 'messaging' | 'commerce' | 'generic'
  description: Text
  /** Settings as a zod object; use `.meta({ title, description })` on fields for labels. */
  settings: z.ZodType<Settings>
  secrets: Readonly<Record<string, SecretField>>
  /** Objects of the vendor; generic connectors derive them from their settings. */
  objects: readonly string[] | ((settings: Settings) => readonly string[])
  limits: {
    /** Calls in flight at one time. */
    concurrency: number
    perSecond?: number
    perDay?: number
    timeoutMs: number
  }
  /** By object and canonical field: what the vendor changes in a value that it keeps, so that it still counts as ours. */
  compare?: Readonly<Record<string, Readonly<Record<string, readonly Compare[]>>>>
  /** How long the vendor's search may lag behind a write; an unknown create is looked up only after it. */
  indexLagMs: number | ((settings: Settings) => number)
  /** `upsert`: by external id; `find`: looks before it creates; `atLeastOnce`: can do neither, duplicates are possible. */
  idempotency: Idempotency | ((settings: Settings, object: string) => Idempotency)
  /** Ready-made settings of known senders, by name, for connectors that have any. */
  presets?: ReadonlyMap<string, PresetSummary>
  /** The preset that these settings name. */
  presetOf?(settings: Settings): string | undefined
  /** What becomes of deletes and merges, both ways, for the operator's docs. */
  removals?: { deletes: string; merges: string }
  /** What the connector was held against, for the operator's docs. */
  evidence?: Evidence
}

/** What an operator needs to know of a preset before choosing it. */
export interface PresetSummary {
  title: string
  category: Manifest['category']
  /** What its secrets are with this sender. */
  secrets: string
}

/** How far a connector or preset is known to be true. */
export interface Evidence {
  /** What it was checked against. */
  checked: readonly string[]
  /** What nobody could check; most of it can be set otherwise. */
  unverified?: readonly string[]
}

export type Idempotency = 'upsert' | 'find' | 'atLeastOnce'

/** Secret values by name, newest first; an absent optional secret is an empty list. */
export type Secrets = Readonly<Record<string, readonly string[]>>

/** One request as it arrived. Header names are lower case; the body is the exact bytes. */
export interface RawRequest {
  /** Of HTTP; or the name of a listener's own protocol, such as `SMTP`, which no request over HTTP can bear. */
  method: string
  /** Path below `/in/<system>`, starting with `/` or empty. */
  path: string
  query: URLSearchParams
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  /** The address the vendor signs: the configured public URL with path and query, never the proxied one. */
  publicUrl: string
  remoteAddress: string
}

export interface Credentials<Settings> {
  settings: Settings
  secrets: Secrets
}

export type RefusalCode =
  | 'signature_missing'
  | 'signature_wrong'
  | 'timestamp_missing'
  | 'timestamp_stale'
  | 'credentials_missing'
  | 'credentials_wrong'
  | 'origin_refused'
  | 'spam_suspected'

export type Verdict = { ok: true } | { ok: false; code: RefusalCode; message: string }

export interface Reply {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: string
}

/** Why a request was not taken: a refusal of `verify`, or the hub's own reason (`malformed`, `body_too_large`, `overloaded` ...). */
export interface Refused {
  code: string
  message: string
  status: number
}

export type EventKind = 'snapshot' | 'fact' | 'delete' | 'restore' | 'merge' | 'reply' | 'unknown'

/** One item of a request (or poll, file row), before it is stored. */
export interface IncomingEvent {
  object: string
  type: string
  kind: EventKind
  /** Exact bytes or re-serialised item; absent when the item is the whole body of its request. */
  payload?: Uint8Array
  /** Media type of `payload`; absent: the request's. */
  contentType?: string
  remoteId?: string
  /** The vendor's own id of this event, stable over its retries: the dedupe key. */
  vendorEventId?: string
  occurredAtMs?: number
  /** When the read began that brought it (epoch ms, our clock); what it shows was so after that. */
  readFromMs?: number
  /** The vendor's version of the record (monotonic per record), if it has one. */
  version?: string
  /** True when the payload is enough to map; false: a thin or unsigned event, the record is read back first. */
  whole: boolean
  /** Who made the change, where the vendor says so (to recognise our own writes). */
  author?: string
  /** For kind `merge`: the id that survives. */
  mergedInto?: string
  /** What reading the body changed, where `payload` was written out again and no longer shows it. */
  notes?: readonly Note[]
}

export type SplitResult =
  { ok: true; events: readonly IncomingEvent[] } | { ok: false; code: 'malformed'; message: string }

/** The receiving side: pure functions; verify is constant time, never throws and is never optional. */
export interface WebhookPart<Settings> {
  methods: readonly string[]
  /** Header names, query parameters and whether the path hold credentials: removed before anything is stored. */
  redact(settings: Settings): { headers: readonly string[]; query: readonly string[]; path: boolean }
  verify(request: RawRequest, credentials: Credentials<Settings>, nowMs: number): Verdict
  /** Answers vendor probes (challenge, GET check, CORS preflight) that carry no event; undefined: not a probe. Runs before verify and checks its own token where the probe bears one. */
  handshake?(request: RawRequest, credentials: Credentials<Settings>, nowMs: number): Reply | undefined
  /** A promise only where a reader of the body gives nothing else, as that of MIME. */
  split(request: RawRequest, credentials: Credentials<Settings>, nowMs: number): SplitResult | Promise<SplitResult>
  /** The success answer where the vendor needs an exact form; default 202 with a small JSON body. */
  reply?(request: RawRequest, credentials: Credentials<Settings>, result: { eventIds: readonly string[] }): Reply
  /** The answer to a malformed body behind a valid signature (it is kept as a dead event): 2xx where the vendor would retry for ever. */
  malformedStatus: number
  /**
   * Dresses the answer to a request that was refused or could not be taken: headers are added, a body replaces the
   * problem+json (its content-type goes into the headers). The status stays the hub's. Where the hub refuses before it reads,
   * the request's body is empty. Undefined: the plain answer.
   */
  refusal?(
    request: RawRequest,
    credentials: Credentials<Settings>,
    refused: Refused,
  ): Pick<Reply, 'headers' | 'body'> | undefined
  /** A page for people (GET), such as the ready-made form. */
  page?(request: RawRequest, credentials: Credentials<Settings>, nowMs: number): Reply | undefined
}

/** What became of a request that a listener handed over. `again`: the sender may come back with it. */
export type Received = { ok: true } | { ok: false; again: boolean; message: string }

/** What a listener is given by the gateway. */
export interface ListenerHost<Settings> extends Credentials<Settings> {
  /** Verifies, splits and stores a request like one over HTTP. Its sender may be told that it was taken only after `ok`. */
  receive(request: RawRequest): Promise<Received>
  /** What an operator should hear of, such as a sender that broke off. */
  warn(message: string): void
}

/** A way in beside HTTP: a server that the connector opens for a system, and whose messages become requests. */
export interface ListenerPart<Settings> {
  /** Undefined: the settings want none. Rejects when its address cannot be had. `close` lets messages under way end. */
  open(host: ListenerHost<Settings>): Promise<{ address: string; close(): Promise<void> }> | undefined
}

/** Sockets of protocols other than HTTP, under the guard and the records of the HTTP client. */
export interface Network {
  /** An address of the host that may be connected to. */
  resolve(
    host: string,
  ): Promise<
    { ok: true; address: string } | { ok: false; message: string; /** By the guard, for ever. */ refused: boolean }
  >
  /** Keeps what a call looked like for the attempt; secrets are removed. */
  record(exchange: Exchange): void
}

/** What a connector's outgoing side is given; the hub owns transport, tokens, time and limits. */
export interface Access<Settings> extends Credentials<Settings> {
  system: string
  http: HttpClient
  /** Absent where a connector is tried over HTTP alone. */
  network?: Network
  tokens: TokenStore
  nowMs: () => number
  /**
   * The names that the inbound mapping of an object may read from its records, wherever they stand there: for vendors that
   * give only the fields one asks for. Undefined when it may read any.
   */
  namesRead?: (object: string) => ReadonlySet<string> | undefined
}

/** Tokens obtained at run time; stored encrypted, refreshed by one caller at a time across processes. */
export interface TokenStore {
  /** The stored token, or the one `obtain` brings when there is none, it expires within 30 s, or equals `rejected`. */
  get(name: string, obtain: () => Promise<{ value: string; expiresAtMs?: number }>, rejected?: string): Promise<string>
}

export interface RemoteState {
  remoteId: string
  state: JsonObject
  modifiedAtMs?: number
  version?: string
  /** Who changed it last, in the words of the vendor's webhooks: our own writes are known by it. */
  author?: string
  deleted?: boolean
  /** Deleted because the vendor merged it into this one. */
  mergedInto?: string
}

export type PullResult =
  { ok: true; records: readonly RemoteState[]; cursor: Json; more: boolean } | { ok: false; outcome: Outcome }

/** One page of the ids that a system holds. */
export type IdsResult =
  { ok: true; ids: readonly string[]; cursor: Json; more: boolean } | { ok: false; outcome: Outcome }

export interface PullPart<Settings> {
  /** Records changed since the cursor, oldest first, one page. Undefined cursor: from the beginning. */
  changes?(access: Access<Settings>, object: string, cursor: Json | undefined): Promise<PullResult>
  /** Whether `changes` can pull this object; absent: all of them. */
  canPull?(object: string, settings: Settings): boolean
  /** Reads records by id; absent ids are simply not in the answer. */
  read?(
    access: Access<Settings>,
    object: string,
    remoteIds: readonly string[],
  ): Promise<{ ok: true; records: readonly RemoteState[] } | { ok: false; outcome: Outcome }>
  readMax?(object: string, settings: Settings): number
  /**
   * All ids that the system holds of an object, page by page; undefined cursor: from the beginning. Those that it does not
   * hold any more are how deletes are found that no webhook and no list of changes tells. Deleted ones must not be among them.
   */
  ids?(access: Access<Settings>, object: string, cursor: Json | undefined): Promise<IdsResult>
  canListIds?(object: string, settings: Settings): boolean
}

/** One delivery as a connector sees it. */
export interface PushItem {
  /** The hub's own stable id of the customer, for vendors with an external id field. */
  externalId: string
  /** Known id in the vendor: update; absent: create (or upsert by external id). */
  remoteId?: string
  /** The whole outbound document. */
  content: JsonObject
  /** Only the top-level members that differ from the last acknowledged document; equals `content` for a create. A member that left the document is not among them: only an explicit null clears one. */
  changed: JsonObject
  /** The last acknowledged document: what a list of `content` no longer holds, where the vendor is told removals one by one. */
  sent?: JsonObject
  /** Same for every retry of the same content. */
  idempotencyKey: string
  /** The vendor's version at our last look, for conditional writes. */
  version?: string
}

export interface FindQuery {
  externalId: string
  content: JsonObject
}

/** Two records of one object: which is to survive, and which is to become a part of it. */
export interface MergePair {
  survivorId: string
  loserId: string
}

export interface PushPart<Settings> {
  batchMax(object: string, settings: Settings): number
  /** One Outcome per item, in order. Never throws for what a vendor can answer. */
  upsert(access: Access<Settings>, object: string, items: readonly PushItem[]): Promise<readonly Outcome[]>
  delete?(
    access: Access<Settings>,
    object: string,
    items: readonly PushItem[],
    how: 'delete' | 'archive',
  ): Promise<readonly Outcome[]>
  /** Looks for existing remote records before a first create or after an unknown; one list of ids per query, undefined when this object cannot be searched. */
  find?(
    access: Access<Settings>,
    object: string,
    queries: readonly FindQuery[],
  ): Promise<{ ok: true; found: readonly (readonly string[])[] } | { ok: false; outcome: Outcome }>
  canFind?(object: string, settings: Settings): boolean
  /** An update of a known record tells the vendor `changed` and nothing else of `content`. Default: all of it may go along. */
  patches?(object: string, settings: Settings): boolean
  /**
   * Makes two records one there, at a person's word; it cannot be undone there. `delivered` names the record that survived: the
   * wanted one, or a third id for both.
   */
  merge?(access: Access<Settings>, object: string, pair: MergePair): Promise<Outcome>
  canMerge?(object: string, settings: Settings): boolean
  /** Result of an asynchronous job. */
  poll?(access: Access<Settings>, object: string, job: Json): Promise<Outcome>
}

export interface Connector<Settings> {
  manifest: Manifest<Settings>
  webhook?: WebhookPart<Settings>
  /** Needs `webhook`, which reads what it hands over. */
  listener?: ListenerPart<Settings>
  pull?: PullPart<Settings>
  push?: PushPart<Settings>
  /** A harmless call that proves the credentials. */
  check?(access: Access<Settings>): Promise<{ ok: true; detail?: string } | { ok: false; message: string }>
}

/** Declares a connector; the identity function that gives it its types. */
export function defineConnector<Settings>(connector: Connector<Settings>): Connector<Settings> {
  return connector
}
