import { defineConnector, type Access } from '#connector/kit.ts'
import { inboundSecrets } from '#connector/inbound/settings.ts'
import { textAt } from '#connector/reply-path.ts'
import { callAudience } from './call.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { OBJECTS, settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

export default defineConnector<Settings>({
  manifest: {
    name: 'mailchimp',
    title: { en: 'Mailchimp', zh: 'Mailchimp' },
    category: 'marketing',
    description: {
      en: 'Keeps the members of an audience up to date both ways: names, tags, and whether one may write to them.',
      zh: '双向同步 Mailchimp 受众成员：姓名、标签与订阅状态。',
    },
    settings,
    secrets: {
      apiKey: { label: { en: 'API key', zh: 'API 密钥' }, required: false },
      accessToken: {
        label: { en: 'OAuth access token', zh: 'OAuth 访问令牌' },
        description: { en: 'Instead of an API key; does not expire', zh: '可代替 API 密钥；不会过期' },
        required: false,
      },
      webhookSecret: inboundSecrets.webhookSecret,
    },
    objects: OBJECTS,
    // 10 connections at one time for a key; a push makes 4 calls at once.
    limits: { concurrency: 2, timeoutMs: 60_000 },
    indexLagMs: 0,
    idempotency: 'upsert',
    removals: {
      deletes:
        'who is removed or archived is told by webhook, poll or a comparison of ids; ours archive, or delete for good, after which Mailchimp takes that address no more',
      merges: 'Mailchimp has none; a member whose address changes stays one record under its new id',
    },
    evidence: {
      checked: [
        'samples of hull/hull-connectors',
        'recorded replies of grouparoo/grouparoo',
        'the official SDK @mailchimp/mailchimp_marketing 3.0.80, as client of the sandbox',
      ],
      unverified: [
        'the zone of `fired_at` (taken for UTC)',
        'whether `since_last_changed` covers its own second (it is asked for twice)',
        'whether an archived member shows its archiving in `last_changed` (a comparison of ids finds it)',
        'the status `transactional` in batches (`statusIfNew`)',
      ],
    },
  },
  webhook,
  pull,
  push,
  check,
})

async function check(access: Access<Settings>) {
  const query = { fields: 'id,name' }
  const called = await callAudience(access, { operation: 'check', method: 'GET', path: '', query })
  if (called.ok) return { ok: true as const, detail: `audience "${textAt(called.reply.json, 'name') ?? ''}"` }
  const { outcome } = called
  if (called.reply?.status === 404) {
    return { ok: false as const, message: `there is no audience ${access.settings.listId} in this account` }
  }
  return { ok: false as const, message: 'reason' in outcome && outcome.reason ? outcome.reason : outcome.kind }
}
