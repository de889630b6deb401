import { defineConnector } from '#connector/kit.ts'
import { check } from './check.ts'
import { OBJECTS } from './objects.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

/** Wiring only: what Zendesk is and needs; the work is in the files beside this one. */
export default defineConnector<Settings>({
  manifest: {
    name: 'zendesk',
    title: { en: 'Zendesk', zh: 'Zendesk' },
    category: 'helpdesk',
    description: {
      en: 'Keeps users, organizations and tickets of Zendesk with their satisfaction up to date, both ways.',
      zh: '双向同步 Zendesk 的用户、组织、工单及满意度。',
    },
    settings,
    secrets: {
      email: {
        label: { en: 'Address of the agent (auth: apiToken)', zh: '客服邮箱（auth: apiToken）' },
        required: false,
      },
      apiToken: { label: { en: 'API token (auth: apiToken)', zh: 'API 令牌（auth: apiToken）' }, required: false },
      accessToken: { label: { en: 'Access token (auth: oauth)', zh: '访问令牌（auth: oauth）' }, required: false },
      webhookSecret: {
        label: { en: 'Signing secret of the webhook', zh: 'Webhook 签名密钥' },
        description: {
          en: 'One for each webhook of Zendesk; several while one rotates',
          zh: '每个 Zendesk Webhook 一个；轮换期间可同时配置多个',
        },
        required: false,
      },
    },
    objects: OBJECTS,
    limits: { concurrency: 4, perSecond: 3, timeoutMs: 30_000 },
    compare: { user: { email: ['ignoreCase'] } },
    indexLagMs: ({ indexLagMs }) => indexLagMs,
    idempotency: (_, object) => (object === 'ticket' ? 'find' : 'upsert'),
    removals: {
      deletes: 'told by webhooks and exports; ours are soft ones, users also for good where the settings say so',
      merges:
        'the losing id becomes an alias of the survivor, which is read back; duplicate users are merged there on request',
    },
    evidence: {
      checked: ['the vendor facts of 2026-11', 'computed signature vectors'],
      unverified: [
        'where a merge names the record that survives (several places are read)',
        'details of idempotency keys',
        'ratings written by API',
        'size and errors of user jobs',
        'whether the invocation id is the same on retries',
      ],
    },
  },
  webhook,
  pull,
  push,
  check,
})
