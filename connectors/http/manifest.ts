import { inboundSecrets, objectsWithInbound } from '#connector/inbound/settings.ts'
import { presets } from '../webhook/presets.ts'
import type { Idempotency, Manifest } from '#connector/kit.ts'
import { templateProblems } from './compiled.ts'
import { canFind } from './find.ts'
import { objectSettings } from './push.ts'
import { apiSettings } from './settings.ts'
import type { ApiSettings } from './settings.ts'

const settings = apiSettings.superRefine((value, context) => {
  for (const message of templateProblems(value)) context.addIssue({ code: 'custom', message })
})

export const manifest: Manifest<ApiSettings> = {
  name: 'http',
  title: { en: 'REST or JSON-RPC API', zh: 'REST 或 JSON-RPC 接口' },
  category: 'generic',
  description: {
    en: 'Any system with an HTTP API, described in settings: sign-in, search, create, update, delete, batches, incremental lists, error rules.',
    zh: '任何带 HTTP 接口的系统，仅靠设置接入：登录、查找、新建、更新、删除、批量、增量列表与错误规则。',
  },
  settings,
  secrets: {
    username: { label: { en: 'User name', zh: '用户名' }, required: false },
    password: { label: { en: 'Password or API key', zh: '密码或 API 密钥' }, required: false },
    token: { label: { en: 'Bearer token', zh: 'Bearer 令牌' }, required: false },
    apiKey: { label: { en: 'API key', zh: 'API 密钥' }, required: false },
    clientId: { label: { en: 'OAuth2 client id', zh: 'OAuth2 客户端 ID' }, required: false },
    clientSecret: { label: { en: 'OAuth2 client secret', zh: 'OAuth2 客户端密钥' }, required: false },
    ...inboundSecrets,
  },
  objects: settings => objectsWithInbound(Object.keys(settings.objects), settings.in),
  limits: { concurrency: 4, timeoutMs: 30_000 },
  removals: {
    deletes:
      'webhooks, the expression `deleted` and comparisons of ids tell them; ours by the calls `delete` and `archive`',
    merges: 'webhooks of a type whose kind is `merge`',
  },
  evidence: {
    checked: [
      'a REST, a JSON-RPC and a session API of our own sandboxes',
      'the official SDK of Stripe on the other side of the example for it',
      "the examples for Intercom, SendGrid, Slack, Stripe, Twilio and Xero against the vendors' OpenAPI documents",
    ],
  },
  indexLagMs: ({ indexLagMs }) => indexLagMs,
  idempotency,
  presets,
  presetOf: settings => settings.in?.preset,
}

/** An upsert by external id is safe to repeat; else a search must come first; else duplicates are possible. */
export function idempotency(settings: ApiSettings, object: string): Idempotency {
  const configured = objectSettings(settings, object)
  const creates = configured?.batch.create ?? configured?.create
  if (!creates && (configured?.upsert ?? configured?.batch.upsert)) return 'upsert'
  return canFind(object, settings) ? 'find' : 'atLeastOnce'
}
