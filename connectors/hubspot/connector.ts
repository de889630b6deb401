import { defineConnector } from '#connector/kit.ts'
import { check } from './check.ts'
import { OBJECTS } from './objects.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

/** Wiring only: what HubSpot is and needs; the work is in the files beside this one. */
export default defineConnector<Settings>({
  manifest: {
    name: 'hubspot',
    title: { en: 'HubSpot', zh: 'HubSpot' },
    category: 'crm',
    description: {
      en: 'Keeps contacts, companies, deals and tickets of HubSpot and what they are associated with up to date, both ways.',
      zh: '双向同步 HubSpot 的联系人、公司、交易、工单及其关联。',
    },
    settings,
    secrets: {
      accessToken: {
        label: { en: 'Access token of the private app', zh: '私有应用的访问令牌' },
        required: false,
      },
      webhookSecret: {
        label: { en: 'Client secret of the app', zh: '应用的客户端密钥' },
        description: {
          en: 'HubSpot signs its webhooks with it; several while one rotates',
          zh: 'HubSpot 用它为 Webhook 签名；轮换期间可同时配置多个',
        },
        required: false,
      },
      clientId: { label: { en: 'Client id (auth: oauth)', zh: '客户端 ID（auth: oauth）' }, required: false },
      clientSecret: { label: { en: 'Client secret (auth: oauth)', zh: '客户端密钥（auth: oauth）' }, required: false },
      refreshToken: { label: { en: 'Refresh token (auth: oauth)', zh: '刷新令牌（auth: oauth）' }, required: false },
    },
    objects: OBJECTS,
    limits: { concurrency: 4, perSecond: 9, timeoutMs: 30_000 },
    compare: { contact: { email: ['ignoreCase'] }, company: { domain: ['ignoreCase'] } },
    indexLagMs: ({ indexLagMs }) => indexLagMs,
    idempotency: ({ idProperty }) => (idProperty === null ? 'find' : 'upsert'),
    removals: {
      deletes:
        'deletions and privacy deletions withdraw what HubSpot said, a restore brings it back; ours go into the recycle bin, or for good where the settings say so (contacts)',
      merges:
        'every losing id becomes an alias of the survivor, which is read back; duplicates are merged there on request',
    },
    evidence: {
      checked: [
        'the vendor facts of 2026-11',
        'the official SDK @hubspot/api-client 14.0.1, as client of the sandbox and as signer',
        'webhook samples of hull/hull-connectors',
      ],
      unverified: [
        'fields of merges and association changes',
        'how an error of a batch names its inputs (several forms are read)',
        'the wording "Existing ID" of a conflict',
        'statuses 423 and 477',
        'the property hs_merged_object_ids, by which polls find merges',
        'size of search pages above 100',
      ],
    },
  },
  webhook,
  pull,
  push,
  check,
})
