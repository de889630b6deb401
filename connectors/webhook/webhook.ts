import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import { inboundOf, type WebhookSettings } from './settings.ts'

/** Everything that is received is described by settings; the kit does the work. */
export const webhook = createWebhookPart<WebhookSettings>(inboundOf)
