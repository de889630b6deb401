import { z } from 'zod'
import type { AlertChannelType } from './alerts.ts'
import { duration } from '../quantity.ts'
import { nameSchema } from '../schema.ts'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as '22:00'")
  .transform(text => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))

const timeZone = z.string().refine(isTimeZone, { error: 'a time zone such as Europe/Berlin or Asia/Shanghai' })

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const language = z.enum(['en', 'zh'])
const channelNames = z.array(z.string()).min(1)

const quietHours = z
  .strictObject({
    from: clock,
    to: clock,
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .default([...DAYS]),
  })
  .transform(({ from, to, days }) => ({ fromMinute: from, toMinute: to, days: days.map(day => DAYS.indexOf(day)) }))

export const alertsSchema = z
  .strictObject({
    defaultTeam: z.string().exactOptional(),
    language: language.default('en'),
    timeZone: timeZone.default('UTC'),
    runbooks: z.url({ protocol: /^https?$/ }).exactOptional(),
    // Each is checked by the schema of its type, so that a mistake in one never hides a mistake in another.
    channels: z.record(nameSchema, z.unknown()).default({}),
    teams: z
      .record(
        z.string(),
        z.strictObject({
          channels: channelNames,
          pageChannels: channelNames.exactOptional(),
          escalate: z
            .array(z.strictObject({ after: duration, channels: channelNames }))
            .max(5)
            .default([]),
          language: language.exactOptional(),
          timeZone: timeZone.exactOptional(),
          quietHours: quietHours.exactOptional(),
        }),
      )
      .default({}),
  })
  .prefault({})

const reference = z.union([z.string(), z.array(z.string()).min(1)])
const everyHourMax = z.int().min(1).max(1_000).default(20)

/** A channel whose address is its secret; `signingSecret` where the vendor lets messages be signed. */
function addressed<Type extends AlertChannelType>(type: Type, secrets: Record<string, z.ZodType>) {
  return z.strictObject({
    type: z.literal(type),
    everyHourMax,
    secrets: z.strictObject({ url: reference, ...secrets }),
  })
}

const mailbox = z
  .string()
  .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, 'a mail address, such as Patchbay <hub@example.com>')

export const channelSchemas = {
  slack: addressed('slack', {}),
  'microsoft-teams': addressed('microsoft-teams', {}),
  wecom: addressed('wecom', {}),
  dingtalk: addressed('dingtalk', { signingSecret: reference.exactOptional() }),
  feishu: addressed('feishu', { signingSecret: reference.exactOptional() }),
  webhook: addressed('webhook', { signingSecret: reference }),
  pagerduty: z.strictObject({
    type: z.literal('pagerduty'),
    everyHourMax,
    url: z.url({ protocol: /^https?$/ }).default('https://events.pagerduty.com/v2/enqueue'),
    secrets: z.strictObject({ routingKey: reference }),
  }),
  mail: z.strictObject({
    type: z.literal('mail'),
    everyHourMax,
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(587),
    tls: z.enum(['starttls', 'implicit', 'off']).default('starttls'),
    user: z.string().min(1).exactOptional(),
    from: mailbox,
    to: z.array(mailbox).min(1).max(50).exactOptional(),
    secrets: z.strictObject({ password: reference.exactOptional() }).default({}),
  }),
} as const satisfies Record<AlertChannelType, z.ZodType>
