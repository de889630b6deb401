import type { Generated } from 'kysely'
import type { JsonObject } from '#model/json.ts'
import type { GeneratedList, Jsonb } from './columns.ts'

/** Alerts, their notices, silences and channels. */
export interface AlertingTables {
  alert: AlertTable
  alert_channel: AlertChannelTable
  alert_notice: AlertNoticeTable
  alert_silence: AlertSilenceTable
  alert_watch: AlertWatchTable
}

export type AlertState = 'firing' | 'acknowledged' | 'resolved'

export interface AlertTable {
  id: string
  name: string
  severity: 'page' | 'ticket'
  system: string | null
  object: string | null
  team: string | null
  state: AlertState
  value: number
  customers: number | null
  detail: Jsonb<JsonObject>
  since: Date
  raised_at: Date
  seen_at: Date
  acknowledged_at: Date | null
  acknowledged_by: string | null
  resolved_at: Date | null
  told_at: Date | null
  told_to: GeneratedList
  escalations: Generated<number>
  ack_told: Generated<boolean>
  end_told: Generated<boolean>
}

export interface AlertNoticeTable {
  id: string
  kind: 'firing' | 'escalated' | 'acknowledged' | 'resolved'
  team: string
  channels: string[]
  alerts: string[]
  state: 'waiting' | 'sent' | 'failed'
  channel: string | null
  tries: Generated<number>
  error: string | null
  due_at: Date
  made_at: Date
  sent_at: Date | null
}

export interface AlertSilenceTable {
  id: string
  name: string | null
  system: string | null
  object: string | null
  team: string | null
  ends_at: Date
  why: string
  made_by: string
  made_at: Date
}

export interface AlertChannelTable {
  name: string
  failing_since: Date
  failures: number
  error: string
  quiet_until: Date | null
}

export interface AlertWatchTable {
  id: Generated<boolean>
  lease_by: string | null
  lease_until: Date | null
  counted_to: Date | null
  looked_at: Date | null
  watched_since: Date | null
}
