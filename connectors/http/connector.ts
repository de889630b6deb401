import { defineConnector } from '#connector/kit.ts'
import type { Access } from '#connector/kit.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import { exchange } from './exchange.ts'
import { canFind, find } from './find.ts'
import { canListIds, ids } from './ids.ts'
import { manifest } from './manifest.ts'
import { canPull, changes, read } from './pull.ts'
import { batchMax, objectSettings, remove, upsert } from './push.ts'
import type { ApiSettings } from './settings.ts'

export default defineConnector<ApiSettings>({
  manifest,
  webhook: createWebhookPart(settings => settings.in),
  pull: {
    changes,
    canPull,
    read,
    readMax: (object, settings) => objectSettings(settings, object)?.read?.max ?? 1,
    ids,
    canListIds,
  },
  push: { batchMax, upsert, delete: remove, find, canFind },
  check,
})

async function check(
  access: Access<ApiSettings>,
): Promise<{ ok: true; detail?: string } | { ok: false; message: string }> {
  const { check: call } = access.settings
  if (!call) return { ok: true, detail: 'no check call is configured: the credentials were not tried' }
  const result = await exchange(access, { operation: 'check', name: 'check', call, variables: {} })
  if (result.ok) return { ok: true, detail: `${call.method} ${call.path} answered ${result.reply.status}` }
  const { outcome } = result
  return { ok: false, message: 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : outcome.kind }
}
