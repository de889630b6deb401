import { inboundSecrets } from '#connector/inbound/settings.ts'
import { defineConnector } from '#connector/kit.ts'
import { check, push } from './operations.ts'
import { presets } from './presets.ts'
import { objectsOf, webhookSettings, type WebhookSettings } from './settings.ts'
import { webhook } from './webhook.ts'

export default defineConnector<WebhookSettings>({
  manifest: {
    name: 'webhook',
    title: { en: 'Webhook', zh: 'Webhook（通用）' },
    category: 'generic',
    description: {
      en: 'Takes signed webhooks of any scheme, and posts changes signed with Standard Webhooks.',
      zh: '接收任意签名方案的 Webhook，并按 Standard Webhooks 规范签名推送变更。',
    },
    settings: webhookSettings,
    secrets: {
      ...inboundSecrets,
      signingSecret: {
        label: { en: 'Signing secret of outgoing webhooks', zh: '推送 Webhook 的签名密钥' },
        description: {
          en: 'whsec_ and 24 to 64 random bytes in base64; while it rotates give the new one first, both are used',
          zh: 'whsec_ 加 24 至 64 字节随机数的 base64；轮换时新密钥在前，两者同时签名',
        },
        required: false,
      },
    },
    objects: objectsOf,
    limits: { concurrency: 8, timeoutMs: 20_000 },
    indexLagMs: 0,
    idempotency: 'upsert',
    removals: {
      deletes:
        'types of the kinds `delete` and `restore`; ours are posted as `<object>.deleted` and `<object>.archived`',
      merges: 'types of the kind `merge`, with the id that survives',
    },
    evidence: {
      checked: ['the npm packages standardwebhooks and svix as signers', 'the presets below'],
    },
    presets,
    presetOf: settings => settings.in?.preset,
  },
  webhook,
  push,
  check,
})
