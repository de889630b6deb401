import { z } from 'zod'
import { receivingSettings } from '../webhook/presets.ts'

const path = z.string().meta({ description: 'Where it stands in the reply, such as `results.0.id`; empty: the whole.' })
const expression = z.string().min(1).meta({ description: 'JSONata' })

/** One call; all texts and the body may hold `{{ JSONata }}`. */
const call = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().meta({ title: 'Path below the base URL, or a whole URL', description: 'Values are URL-encoded.' }),
  query: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'A parameter that comes out empty is left out.' }),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.json().optional(),
  form: z
    .union([z.boolean(), z.literal('nested')])
    .default(false)
    .meta({
      title: 'Send the body form-encoded instead of as JSON',
      description: 'nested: members of members as `address[city]`; true: as JSON in their field',
    }),
})

const OUTCOMES = ['delivered', 'retry', 'unknown', 'exists', 'gone', 'conflict', 'rejected', 'disconnected'] as const

/** What a reply (or a row of a batch's reply) means; the first that fits wins, then come the defaults. */
const rule = z.strictObject({
  status: z.array(z.int()).optional(),
  when: expression.optional().meta({ description: 'Variables: status, headers, body, row, operation' }),
  outcome: z.enum(OUTCOMES),
  reason: path.optional(),
  field: path.optional(),
  remoteId: path.optional(),
  retryAfter: path.optional().meta({ description: 'Seconds, or a date; default: the header Retry-After' }),
  throttled: z.boolean().optional(),
})
const rules = z.array(rule).default([])

const write = call.extend({
  record: path.optional().meta({ description: "The vendor's own form of the record in the reply, if it is complete" }),
  id: path.optional().meta({ description: 'The id in that record, or in the reply; default: the id of the object' }),
  rules,
})

/** Rows of a batch's reply belong to items by their place, or by equal keys (compared as text without case). */
const matching = z.strictObject({
  row: path,
  item: z.string().meta({ description: 'Path in the item: externalId, content.email, remoteId' }),
})

const batch = call.extend({
  max: z.int().min(1).max(1000),
  results: path.default('').meta({ description: 'The list of rows in the reply' }),
  match: z.union([z.literal('order'), matching]).default('order'),
  atomic: z
    .boolean()
    .default(false)
    .meta({ title: 'All or nothing: when the call is rejected, items are sent one by one' }),
  id: path.optional(),
  record: path.optional(),
  rules: rules.meta({ description: 'For the whole reply' }),
  rowRules: rules.meta({ description: 'For each row' }),
})

const find = call.extend({
  when: expression.optional().meta({ description: 'Search only when true, such as `$exists(content.email)`' }),
  results: path.default(''),
  id: path.optional(),
  max: z
    .int()
    .min(1)
    .default(1)
    .meta({ title: 'Queries in one call; more than one needs `match` and the variable `items`' }),
  match: z.array(matching).default([]),
  rules,
})

const paging = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('page'), size: z.int().min(1), first: z.int().default(1) }),
  z.strictObject({ type: z.literal('offset'), size: z.int().min(1) }),
  z.strictObject({
    type: z.literal('cursor'),
    next: path,
    more: path
      .optional()
      .meta({ description: 'True where more pages follow; default: there is a next cursor and rows came' }),
    end: path.optional().meta({ description: 'True at the end of the stream; instead of `more`' }),
    keep: z
      .boolean()
      .default(false)
      .meta({ title: 'The cursor stays valid and also marks where the next pull goes on' }),
  }),
  z.strictObject({ type: z.literal('nextUrl'), next: path }),
  z.strictObject({ type: z.literal('link') }).meta({ description: 'Header Link with rel="next"' }),
])

const list = call.extend({
  results: path.default(''),
  paging: paging.default({ type: 'none' }),
  overlapMs: z.int().min(0).default(2000).meta({
    description: 'How far each pull reaches back before the newest change seen, for equal times and late commits',
  }),
  rules,
})

const ids = call.extend({
  results: path.default('').meta({ description: 'The list of ids, or of records' }),
  id: path.optional().meta({ description: 'Path of the id in each of them; default: the id of the object' }),
  paging: paging.default({ type: 'none' }),
  rules,
})

const read = call.extend({
  max: z.int().min(1).default(1).meta({ description: '1: one call per id with `remoteId`; more: one call with `ids`' }),
  results: path.default(''),
  rules,
})

const object = z.strictObject({
  id: path.default('id').meta({ title: "Path of the remote id in the vendor's record" }),
  modified: path.optional().meta({ title: 'Path of its modified time' }),
  version: path.optional().meta({ title: 'Path of its version' }),
  deleted: expression.optional().meta({ title: 'True for a deleted record (JSONata over the record)' }),
  ownIds: z.boolean().default(false).meta({
    title: "Records are known by the hub's own id",
    description: 'For writes by external id whose reply names no record, such as jobs',
  }),
  find: z.union([find, z.array(find)]).optional(),
  create: write.optional(),
  update: write.optional(),
  upsert: write.optional(),
  delete: write.optional(),
  archive: write.optional(),
  batch: z.strictObject({ create: batch.optional(), update: batch.optional(), upsert: batch.optional() }).default({}),
  list: list.optional(),
  ids: ids.optional().meta({ description: 'All ids that exist: deletes are found by comparing them' }),
  read: read.optional(),
  rules,
})

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('basic') }).meta({ description: 'Secrets: username, password' }),
  z.strictObject({ type: z.literal('bearer') }).meta({ description: 'Secret: token' }),
  z
    .strictObject({
      type: z.literal('apiKey'),
      in: z.enum(['header', 'query']),
      name: z.string().min(1),
      prefix: z.string().default(''),
    })
    .meta({ description: 'Secret: apiKey' }),
  z
    .strictObject({
      type: z.literal('oauth2ClientCredentials'),
      tokenUrl: z.string(),
      style: z.enum(['basic', 'body']).default('basic'),
      scope: z.string().optional(),
      parameters: z.record(z.string(), z.string()).default({}),
    })
    .meta({ description: 'Secrets: clientId, clientSecret' }),
  z
    .strictObject({
      type: z.literal('session'),
      login: call.meta({ description: 'May use {{ secrets.username }} and {{ secrets.password }}' }),
      token: z.strictObject({ from: z.enum(['cookie', 'header', 'body']), name: z.string() }),
      send: z.strictObject({
        in: z.enum(['cookie', 'header', 'query']),
        name: z.string(),
        value: z.string().default('{{ token }}'),
      }),
      expiresInSeconds: z.int().positive().optional(),
      failed: expression
        .optional()
        .meta({ description: 'True when the login was refused (variables: status, headers, body)' }),
    })
    .meta({ description: 'A login call whose reply holds a token' }),
])

/** Outgoing settings of a REST or JSON-RPC API. */
export const apiSettings = z.strictObject({
  baseUrl: z.url().meta({ title: 'Base URL' }),
  protocol: z
    .enum(['rest', 'jsonrpc'])
    .default('rest')
    .meta({ title: 'Protocol', description: 'jsonrpc: HTTP 200 with an `error` member is a failure' }),
  auth: auth.default({ type: 'none' }).meta({ title: 'Authentication' }),
  expired: expression
    .optional()
    .meta({ title: 'Token expired', description: 'True for a reply that means "sign in again"; default: status 401' }),
  headers: z.record(z.string(), z.string()).default({}).meta({ title: 'Headers of every call' }),
  variables: z
    .record(z.string(), z.json())
    .default({})
    .meta({ title: 'Constants', description: 'Named `settings` in templates' }),
  indexLagMs: z
    .int()
    .min(0)
    .default(1000)
    .meta({ title: 'Search lag', description: 'How long a search may miss what was just written' }),
  rules: rules.meta({ title: 'Error and limit rules' }),
  check: call.extend({ rules }).optional().meta({ title: 'A harmless call that proves the credentials' }),
  in: receivingSettings
    .optional()
    .meta({ title: 'Incoming webhooks', description: 'As of the webhook connector; absent: none are taken' }),
  objects: z.record(z.string().min(1), object).default({}).meta({ title: 'Objects' }),
})

export type ApiSettings = z.infer<typeof apiSettings>
export type HttpSettings = ApiSettings
export type CallSettings = z.infer<typeof call>
export type RuleSettings = z.infer<typeof rule>
export type ObjectSettings = z.infer<typeof object>
export type WriteSettings = z.infer<typeof write>
export type BatchSettings = z.infer<typeof batch>
export type FindSettings = z.infer<typeof find>
export type ListSettings = z.infer<typeof list>
export type ReadSettings = z.infer<typeof read>
export type AuthSettings = z.infer<typeof auth>
