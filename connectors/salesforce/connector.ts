import { inboundSecrets } from '#connector/inbound/settings.ts'
import { defineConnector } from '#connector/kit.ts'
import { check } from './check.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { objectsOf, settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

export default defineConnector<Settings>({
  manifest: {
    name: 'salesforce',
    title: { en: 'Salesforce', zh: 'Salesforce' },
    category: 'crm',
    description: {
      en: 'Keeps accounts, contacts, leads, opportunities, cases and orders of Salesforce up to date, both ways.',
      zh: '双向同步 Salesforce 的客户、联系人、线索、商机、个案与订单。',
    },
    settings,
    secrets: {
      clientId: { label: { en: 'Consumer key of the connected app', zh: '连接应用的使用者密钥' }, required: true },
      clientSecret: {
        label: { en: 'Consumer secret', zh: '使用者密文' },
        description: { en: 'For client credentials', zh: '用于客户端凭据授权' },
        required: false,
      },
      privateKey: {
        label: { en: 'Private key (PEM)', zh: '私钥（PEM）' },
        description: {
          en: 'For JWT bearer: the RSA key whose certificate the app holds',
          zh: '用于 JWT 授权：与应用中证书对应的 RSA 私钥',
        },
        required: false,
      },
      webhookSecret: inboundSecrets.webhookSecret,
    },
    objects: objectsOf,
    limits: { concurrency: 4, perSecond: 10, timeoutMs: 30_000 },
    indexLagMs: 0,
    idempotency: 'upsert',
    removals: {
      deletes:
        'told by polls and by change events, those of an emptied recycle bin by a comparison of ids; ours go into the recycle bin',
      merges: 'a deleted record that names a master becomes an alias of it; the REST API has no call that merges',
    },
    evidence: {
      checked: ['jsforce 3 as client of its sandbox', 'the form of the WSDL of outbound messages in the vendor facts'],
      unverified: [
        'a real org',
        'gap events of Change Data Capture',
        'whether an outbound message leaves out empty fields or sends them as nil (both are taken)',
        'what a duplicate rule answers about the records that it found',
      ],
    },
  },
  webhook,
  pull,
  push,
  check,
})
