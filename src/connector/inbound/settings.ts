import { z } from 'zod'
import type { SecretField } from '../kit.ts'
import { parsePath } from '../value-path.ts'
import { parseLocator } from './locator.ts'
import { parseSigned, templateNames } from './signed-content.ts'

const LOCATOR_HINT =
  '`header:NAME`, `query:NAME`, `body:PATH`, `value:TEXT`, or a path in the event such as `data.id`; `header:NAME#v1` picks a field of `t=1,v1=abc`'

const locator = z
  .string()
  .max(300)
  .refine(text => parseLocator(text) !== undefined, { error: `expected ${LOCATOR_HINT}` })

const path = z
  .string()
  .max(300)
  .refine(text => parsePath(text) !== undefined, { error: 'expected a path such as `data.items[*]`' })

const hmac = z
  .strictObject({
    scheme: z.literal('hmac'),
    algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512', 'md5']).default('sha256').meta({ title: 'Algorithm' }),
    signature: locator.meta({ title: 'Where the signature stands', description: LOCATOR_HINT }),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex').meta({ title: 'Encoding of the signature' }),
    prefix: z.string().default('').meta({ title: 'Text before the signature, such as `sha256=`' }),
    signed: z
      .string()
      .default('{body}')
      .refine(text => parseSigned(text) !== undefined, {
        error:
          'expected text with {timestamp}, {body}, {method}, {url}, {path}, {secret}, {header:NAME}, {query:NAME} or {body:PATH}',
      })
      .meta({ title: 'What is signed', description: 'Such as `{timestamp}.{body}`; {url} is the public address.' }),
    keyFormat: z.enum(['text', 'base64', 'hex']).default('text').meta({ title: 'How the secret is written' }),
    keyed: z
      .boolean()
      .default(true)
      .meta({ title: 'Keyed (HMAC)', description: 'false: a plain hash over {secret} and the rest' }),
    timestamp: z
      .strictObject({
        from: locator,
        unit: z.enum(['s', 'ms', 'rfc3339']).default('s'),
        toleranceSeconds: z.int().positive().nullable().default(300).meta({ description: 'null: not checked' }),
      })
      .optional()
      .meta({ title: 'Timestamp of the attempt' }),
  })
  .refine(s => s.timestamp !== undefined || !placeholders(s.signed).includes('timestamp'), {
    error: '`signed` uses {timestamp}: say in `timestamp.from` where it stands',
    path: ['timestamp'],
  })
  .refine(s => s.keyed || placeholders(s.signed).includes('secret'), {
    error: 'a plain hash without {secret} in `signed` could be made by anyone',
    path: ['signed'],
  })

function placeholders(signed: string): readonly string[] {
  return templateNames(parseSigned(signed) ?? [])
}

const authentication = z.discriminatedUnion('scheme', [
  z.strictObject({
    scheme: z.literal('standardWebhooks'),
    headerPrefix: z.enum(['webhook', 'svix']).default('webhook'),
    toleranceSeconds: z.int().positive().default(300),
  }),
  hmac,
  z.strictObject({ scheme: z.literal('basic'), username: z.string().min(1) }),
  z.strictObject({ scheme: z.literal('bearer') }),
  z.strictObject({ scheme: z.literal('token'), in: z.enum(['header', 'query']), name: z.string().min(1) }),
  z.strictObject({ scheme: z.literal('pathToken') }).meta({ description: 'POST /in/<system>/<token>' }),
  z.strictObject({ scheme: z.literal('none'), unsigned: z.literal(true) }).meta({
    description: 'Anyone can send. The content is not believed: each event only causes the record to be read back.',
  }),
])

const handshake = z.strictObject({
  when: z.record(locator, z.string()).default({}).meta({ title: 'Only when these values stand in the request' }),
  echo: locator.meta({
    title: 'The challenge to give back',
    description: 'Such as `query:hub.challenge` or `body:challenge`',
  }),
  verifyToken: locator
    .optional()
    .meta({ title: 'Where the verify token stands', description: 'Secret: webhookVerifyToken' }),
  member: z
    .string()
    .optional()
    .meta({ title: 'Answer as JSON with this member', description: 'Default: as plain text' }),
})

const kind = z.enum(['snapshot', 'fact', 'delete', 'restore', 'merge'])

const typeRule = z.strictObject({
  object: z.string().min(1).meta({ title: 'Object', description: 'The inbound mapping is named after it' }),
  kind: kind.default('snapshot').meta({ title: 'What the event says' }),
  thin: z.boolean().default(false).meta({ title: 'Thin', description: 'The record is read back before it is mapped' }),
  id: locator.optional().meta({ description: 'Where the id stands for this type' }),
  payload: locator.optional(),
})

const events = z.strictObject({
  items: path.optional().meta({
    title: 'Items',
    description: 'Path of the events in the body, such as `[*]` or `data.items[*]`; default: the body is one event',
  }),
  nestedNames: z
    .boolean()
    .default(false)
    .meta({ title: 'Nested form names', description: 'Form fields such as `data[email]` become members of `data`' }),
  type: locator.default('type').meta({ title: 'Event type' }),
  types: z.record(z.string(), typeRule).default({}).meta({
    title: 'Event types',
    description: '`*` stands for any text; the first that fits counts. Others are kept as unknown.',
  }),
  id: locator.default('data.id').meta({ title: 'Id of the remote record' }),
  payload: locator
    .default('data')
    .meta({ title: 'What the mapping gets', description: 'Empty: the whole event; a missing member too' }),
  vendorEventId: locator.optional().meta({
    title: 'Id of the event',
    description: 'Stable over retries; default: the header webhook-id with Standard Webhooks',
  }),
  occurredAt: locator.default('timestamp').meta({ title: 'When it happened' }),
  version: locator.optional().meta({ title: 'Version of the record, growing' }),
  author: locator.optional().meta({ title: 'Who made the change' }),
  mergedInto: locator.optional().meta({ title: 'For merges: the id that survives' }),
})

/** How a system's webhooks are verified and read; any connector may take them as a part of its own settings. */
export const inboundSettings = z.strictObject({
  authentication: authentication.prefault({ scheme: 'standardWebhooks' }).meta({ title: 'Authentication' }),
  handshakes: z.array(handshake).default([]).meta({ title: 'Challenges to answer' }),
  probes: z.boolean().default(true).meta({ title: 'Answer GET and HEAD with 200' }),
  events: events.prefault({}).meta({ title: 'Events' }),
  reply: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      contentType: z.string().default('text/plain'),
      body: z.string().default(''),
    })
    .optional()
    .meta({ title: 'Exact success answer, where the sender needs one' }),
})

export type InboundSettings = z.infer<typeof inboundSettings>
export type Authentication = z.infer<typeof authentication>
export type HmacSettings = z.infer<typeof hmac>
export type HandshakeSettings = z.infer<typeof handshake>
export type EventSettings = z.infer<typeof events>

/** Secrets that the receiving side may need; spread them into a manifest. */
export const inboundSecrets: Readonly<Record<'webhookSecret' | 'webhookVerifyToken', SecretField>> = {
  webhookSecret: {
    label: { en: 'Webhook secret', zh: 'Webhook 密钥' },
    description: {
      en: 'Signing secret, bearer token, password or URL token of incoming webhooks; several while one rotates',
      zh: '传入 Webhook 的签名密钥、令牌或密码；轮换期间可同时配置多个',
    },
    required: false,
  },
  webhookVerifyToken: {
    label: { en: 'Verify token of the handshake', zh: '握手校验令牌' },
    required: false,
  },
}

/** Objects that incoming events speak of. */
export function inboundObjects(settings: InboundSettings): readonly string[] {
  return [...new Set(Object.values(settings.events.types).map(rule => rule.object))]
}
