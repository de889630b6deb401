import { inboundSecrets } from '#connector/inbound/settings.ts'
import { defineConnector } from '#connector/kit.ts'
import { check } from './check.ts'
import { OBJECTS } from './objects.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

export default defineConnector<Settings>({
  manifest: {
    name: 'odoo',
    title: { en: 'Odoo', zh: 'Odoo' },
    category: 'erp',
    description: {
      en: 'Keeps companies, contacts, leads, opportunities and sale orders of Odoo up to date, both ways, and reads invoices.',
      zh: '双向同步 Odoo 的公司、联系人、线索、商机与销售订单，并读取发票。',
    },
    settings,
    secrets: {
      apiKey: {
        label: { en: 'API key', zh: 'API 密钥' },
        description: {
          en: 'Of the user that the hub acts as; it lives three months at most from Odoo 19 on',
          zh: '集线器所用用户的密钥；自 Odoo 19 起最长有效期为三个月',
        },
        required: true,
      },
      webhookSecret: inboundSecrets.webhookSecret,
    },
    objects: Object.keys(OBJECTS),
    limits: { concurrency: 2, perSecond: 5, timeoutMs: 60_000 },
    indexLagMs: 0,
    idempotency: ({ externalIds }) => (externalIds.type === 'xmlId' ? 'upsert' : 'find'),
    removals: {
      deletes:
        'told by an automation rule, else found by a comparison of ids; archived records stay, as inactive ones; ours unlink, or take *Active* away',
      merges: 'the losing contact shows as deleted',
    },
    evidence: {
      checked: ["Odoo's own documentation and source of webhooks and JSON-2, in the vendor facts"],
      unverified: [
        'a real database',
        'what `load` answers, and the form of errors of JSON-RPC (from memory)',
        'rate limits of odoo.com',
        'versions before 17',
      ],
    },
  },
  webhook,
  pull,
  push,
  check,
})
