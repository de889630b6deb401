import { inboundSecrets } from '#connector/inbound/settings.ts'
import { defineConnector } from '#connector/kit.ts'
import { check, pull, push } from './operations.ts'
import { OBJECTS, settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

/** Wiring only: what the vendor is and needs; the work is in the files beside this one. */
export default defineConnector<Settings>({
  manifest: {
    name: '_template',
    title: { en: 'Template', zh: 'Template' },
    category: 'crm',
    description: {
      en: 'Keeps contacts of Template up to date, both ways.',
      zh: '双向同步 Template 的联系人。',
    },
    settings,
    secrets: {
      apiToken: { label: { en: 'API token', zh: 'API 令牌' }, required: true },
      webhookSecret: inboundSecrets.webhookSecret,
    },
    objects: OBJECTS,
    limits: { concurrency: 4, perSecond: 10, timeoutMs: 20_000 },
    indexLagMs: 0,
    idempotency: 'upsert',
    removals: { deletes: 'told by webhooks; ours delete', merges: 'none' },
    evidence: { checked: ['its own sandbox'] },
  },
  webhook,
  pull,
  push,
  check,
})
