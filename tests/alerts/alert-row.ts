import type { HubConfig } from '#config/config.ts'
import type { AlertsConfig } from '#config/alerts/alerts.ts'
import type { AlertRow } from '#alerts/rows.ts'

/** As much of a configuration as alerts look at. */
export function hubConfig(alerts: Partial<AlertsConfig>): HubConfig {
  return {
    hub: { publicUrl: 'https://hub.example.com', allowPrivateAddresses: true },
    teams: { sales: { title: 'Sales' }, platform: { title: 'Platform' } },
    systems: { crm: { name: 'crm', title: 'CRM', team: 'sales', mappings: 'crm' } },
    alerts: { language: 'en', timeZone: 'UTC', channels: {}, teams: {}, ...alerts },
  } as unknown as HubConfig
}

const AT = new Date('2025-12-03T21:13:20Z')

export function alertRow(change: Partial<AlertRow> = {}): AlertRow {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    name: 'Disconnected',
    severity: 'page',
    system: 'crm',
    object: null,
    team: 'sales',
    state: 'firing',
    value: 1,
    customers: null,
    detail: {},
    since: AT,
    raised_at: AT,
    seen_at: AT,
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    told_at: null,
    told_to: [],
    escalations: 0,
    ack_told: false,
    end_told: false,
    ...change,
  }
}
