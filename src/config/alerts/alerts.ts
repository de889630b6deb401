import type { Secrets } from '#connector/kit.ts'

/** Who is told of alerts, where and when (docs/alerts.md). */
export interface AlertsConfig {
  /** Whose alerts those of no system, and of systems without a team, are. */
  defaultTeam?: string
  language: AlertLanguage
  timeZone: string
  /** Where docs/runbooks can be read; links begin with it. */
  runbooks?: string
  channels: Readonly<Record<string, AlertChannel>>
  teams: Readonly<Record<string, AlertTeam>>
}

export type AlertLanguage = 'en' | 'zh'

/** Settings by the kind of channel, as `alert-schema.ts` has them. Addresses that are secrets are among the secrets. */
export type AlertChannel = {
  name: string
  everyHourMax: number
  secrets: Secrets
} & (
  | { type: 'slack' | 'microsoft-teams' | 'wecom' | 'dingtalk' | 'feishu' | 'webhook' }
  | { type: 'pagerduty'; url: string }
  | {
      type: 'mail'
      host: string
      port: number
      tls: 'starttls' | 'implicit' | 'off'
      user?: string
      from: string
      to?: readonly string[]
    }
)
export type AlertChannelType = AlertChannel['type']

export interface AlertTeam {
  /** Tried in this order; the first that takes a notice ends it. */
  channels: readonly string[]
  /** The same for alerts that wake somebody; default: the channels. */
  pageChannels?: readonly string[]
  escalate: readonly { afterMs: number; channels: readonly string[] }[]
  language: AlertLanguage
  timeZone: string
  quietHours?: QuietHours
}

/** Tickets wait for their end; pages do not. */
export interface QuietHours {
  /** Minutes since midnight in the team's time zone; the end may be on the next day. */
  fromMinute: number
  toMinute: number
  /** Days on which they begin, 0 is Sunday. */
  days: readonly number[]
}
