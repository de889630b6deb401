import { z } from 'zod'
import { inboundSettings, objectsWithInbound } from '#connector/inbound/settings.ts'
import { receivingSettings } from './presets.ts'

const outbound = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({ title: 'Receiver', description: 'Every change is posted here' }),
  objects: z.array(z.string().min(1)).min(1).meta({ title: 'Objects that routes may send' }),
  headers: z.record(z.string(), z.string()).default({}).meta({ title: 'More headers (nothing secret)' }),
})

export const webhookSettings = z.strictObject({
  in: receivingSettings.optional().meta({ title: 'Incoming', description: 'Default: Standard Webhooks' }),
  out: outbound
    .optional()
    .meta({ title: 'Outgoing', description: 'Signed with Standard Webhooks; secret: signingSecret' }),
})

export type WebhookSettings = z.infer<typeof webhookSettings>

const STANDARD = inboundSettings.parse({})

/** The incoming side; a system that only sends takes none. */
export function inboundOf(settings: WebhookSettings) {
  return settings.in ?? (settings.out === undefined ? STANDARD : undefined)
}

export function objectsOf(settings: WebhookSettings): readonly string[] {
  return objectsWithInbound(settings.out?.objects ?? [], inboundOf(settings))
}
