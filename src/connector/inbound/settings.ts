import { z } from 'zod'
import type { SecretField } from '../kit.ts'
import { authenticationSettings } from './authentication/settings.ts'
import { eventSettings, shapeSettings, type EventSettings } from './events/settings.ts'
import { conditions, locator } from './values/locator-setting.ts'

const sealed = z
  .enum(['dingtalk', 'yonyou'])
  .optional()
  .meta({ title: 'Answer encrypted, in the envelope of this sender' })

const handshake = z.strictObject({
  when: conditions.default({}).meta({
    title: 'Only when these values stand in the request',
    description: '`*` stands for any text, null for a value that is not there',
  }),
  echo: locator.meta({
    title: 'The challenge to give back',
    description: 'Such as `query:hub.challenge` or `body:challenge`',
  }),
  verifyToken: locator
    .optional()
    .meta({ title: 'Where the verify token stands', description: 'Secret: webhookVerifyToken' }),
  signed: z.boolean().default(false).meta({ title: 'Only when the request is authentic' }),
  proof: authenticationSettings.optional().meta({ title: 'How it is authentic, where not as events are' }),
  member: z
    .string()
    .optional()
    .meta({ title: 'Answer as JSON with this member', description: 'Default: as plain text' }),
  header: z.string().optional().meta({ title: 'Answer in this header' }),
  sealed,
})

const encryption = z.strictObject({
  scheme: z.enum(['wechat', 'feishu']).meta({ description: 'wechat: also WeCom, DingTalk, Yonyou, Fxiaoke' }),
  from: locator.meta({ title: 'Where the encrypted text stands' }),
  echo: locator.optional().meta({ title: 'Where it stands in a GET that checks the address' }),
  key: z
    .enum(['encodingAesKey', 'appSecret'])
    .default('encodingAesKey')
    .meta({ title: 'What the key is made of', description: 'appSecret: as Yonyou' }),
  receiveId: z
    .union([z.string(), z.array(z.string()).min(1)])
    .nullable()
    .default(null)
    .meta({ title: 'Id at the end of the text (CorpID, AppID, AppKey ...)', description: 'null: not checked' }),
  required: z.boolean().default(true).meta({ title: 'Refuse what is not encrypted' }),
})

/** How a system's webhooks are verified and read; any connector may take them as a part of its own settings. */
export const inboundSettings = z.strictObject({
  authentication: authenticationSettings.prefault({ scheme: 'standardWebhooks' }).meta({ title: 'Authentication' }),
  encryption: encryption
    .optional()
    .meta({ title: 'Encrypted bodies', description: 'Secret: webhookEncryptionKey, else webhookSecret' }),
  require: conditions.default({}).meta({ title: 'What must stand in every request, such as the id of the account' }),
  handshakes: z.array(handshake).default([]).meta({ title: 'Challenges to answer' }),
  probes: z.boolean().default(true).meta({ title: 'Answer GET and HEAD with 200' }),
  shapes: z.array(shapeSettings).default([]).meta({ title: 'Forms of body other than `events`' }),
  events: eventSettings.prefault({}).meta({ title: 'Events' }),
  reply: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      contentType: z.string().default('text/plain'),
      body: z.string().default(''),
      sealed,
    })
    .optional()
    .meta({ title: 'Exact success answer, where the sender needs one' }),
})

export type InboundSettings = z.infer<typeof inboundSettings>
export type HandshakeSettings = z.infer<typeof handshake>
export type Envelope = z.infer<typeof sealed>
export type EncryptionSettings = z.infer<typeof encryption>
export type Conditions = z.infer<typeof conditions>

/** Secrets that the receiving side may need; spread them into a manifest. */
export const inboundSecrets: Readonly<
  Record<'webhookSecret' | 'webhookVerifyToken' | 'webhookEncryptionKey', SecretField>
> = {
  webhookSecret: {
    label: { en: 'Webhook secret', zh: 'Webhook 密钥' },
    description: {
      en: 'Signing secret, public key, bearer token, password or URL token of incoming webhooks; several while one rotates',
      zh: '传入 Webhook 的签名密钥、公钥、令牌或密码；轮换期间可同时配置多个',
    },
    required: false,
  },
  webhookVerifyToken: {
    label: { en: 'Verify token of the handshake', zh: '握手校验令牌' },
    required: false,
  },
  webhookEncryptionKey: {
    label: { en: 'Key of encrypted webhooks', zh: '加密 Webhook 的密钥' },
    description: {
      en: 'EncodingAESKey or Encrypt Key; absent: the webhook secret',
      zh: 'EncodingAESKey 或 Encrypt Key；未配置时使用 Webhook 密钥',
    },
    required: false,
  },
}

/**
 * The objects of a system: its own and those that incoming events speak of. None when the sender names them itself: then
 * any may be used.
 */
export function objectsWithInbound(own: readonly string[], inbound: InboundSettings | undefined): readonly string[] {
  const objects = inbound === undefined ? [] : [inbound.events, ...inbound.shapes].flatMap(objectsOf)
  return objects.some(object => object.includes('{')) ? [] : [...new Set([...own, ...objects])]
}

function objectsOf({ types, object }: EventSettings): readonly string[] {
  return Object.values(types).map(rule => rule.object ?? `{${object ?? ''}}`)
}
