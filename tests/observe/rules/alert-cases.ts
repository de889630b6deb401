/** What happens to series, and when an alert must fire and have ended. Times are Prometheus' durations. */
export interface AlertCase {
  alert: string
  severity: 'page' | 'ticket'
  team?: string
  /** How far the samples of the series are apart, and how often rules are evaluated; default a minute. */
  interval?: '1m' | '5m' | '15m'
  series: Readonly<Record<string, string>>
  /** Nothing is wrong yet, by default from the beginning. */
  quiet?: string
  fires: string
  ended: string
}

const CRM = 'system="crm"'
const wrote = (outcome: string): string => `patchbay_attempts_total{${CRM},operation="upsert",outcome="${outcome}"}`
const LATE = `patchbay_end_to_end_seconds_bucket{${CRM},le="300"}`
const ARRIVED = `patchbay_end_to_end_seconds_count{${CRM}}`
const DAY_S = 86_400

/** A gauge that is good for ten minutes, then bad for half an hour, then good again. */
const bad = (name: string, value: number, good = 0) => ({
  series: { [name]: `${good}x9 ${value}x29 ${good}x20` },
  fires: '30m',
  ended: '45m',
})

/** A counter that rises in every step in which the source speaks. */
function spoken(steps: number, speaks: (hour: number, day: number) => boolean): string {
  let total = 0
  return Array.from({ length: steps }, (_, step) => {
    const hour = step / 4
    if (speaks(hour % 24, Math.floor(hour / 24))) total += 5
    return total
  }).join(' ')
}

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'DeliveryFailing',
    severity: 'page',
    series: { [wrote('delivered')]: '0+10x400', [wrote('retry')]: '0x59 0+5x60 300x280' },
    quiet: '50m',
    fires: '2h',
    ended: '200m',
  },
  {
    alert: 'DeliveryFailing',
    severity: 'ticket',
    interval: '5m',
    series: { [wrote('delivered')]: '0+96x140', [wrote('rejected')]: '0+4x59 240x80' },
    fires: '250m',
    ended: '450m',
  },
  {
    alert: 'DeliverySlow',
    severity: 'page',
    series: { [ARRIVED]: '0+10x400', [LATE]: '0+10x59 600+5x59 900+10x280' },
    quiet: '50m',
    fires: '2h',
    ended: '200m',
  },
  {
    alert: 'DeliverySlow',
    severity: 'ticket',
    interval: '5m',
    series: { [ARRIVED]: '0+100x140', [LATE]: '0+96x59 5760+100x80' },
    fires: '250m',
    ended: '450m',
  },
  { alert: 'OldestEventTooOld', severity: 'page', ...bad(`patchbay_oldest_due_seconds{stage="deliver",${CRM}}`, 700) },
  {
    alert: 'OldestEventTooOld',
    severity: 'page',
    team: 'default',
    ...bad('patchbay_oldest_due_seconds{stage="plan",system=""}', 700),
  },
  { alert: 'DeadEvents', severity: 'ticket', ...bad(`patchbay_open_rows{kind="event",${CRM},state="dead"}`, 2) },
  { alert: 'DeadDeliveries', severity: 'ticket', ...bad(`patchbay_open_rows{kind="delivery",${CRM},state="dead"}`, 1) },
  { alert: 'BrakeHeld', severity: 'page', ...bad(`patchbay_brakes_on{${CRM},object="contact"}`, 1) },
  { alert: 'FlipFlopFrozen', severity: 'ticket', ...bad(`patchbay_flip_flop_deliveries{${CRM},object="contact"}`, 1) },
  {
    alert: 'DriftFound',
    severity: 'ticket',
    series: { [`patchbay_drift_found_total{${CRM},object="contact"}`]: '0x9 0+1x60 60x120' },
    quiet: '20m',
    fires: '70m',
    ended: '150m',
  },
  {
    // The first failures that this process ever counts.
    alert: 'MappingFailing',
    severity: 'ticket',
    series: {
      [`patchbay_mapping_failures_total{${CRM},mapping="crm/contact.out",reason="mapping_failed"}`]: '_x9 6x60',
    },
    quiet: '5m',
    fires: '12m',
    ended: '25m',
  },
  {
    // One is enough when it was published just before.
    alert: 'MappingFailing',
    severity: 'ticket',
    series: {
      [`patchbay_mapping_failures_total{${CRM},mapping="crm/contact.out",reason="mapping_failed"}`]: '0x9 1x60',
      'patchbay_mapping_published_timestamp_seconds{mapping="crm/contact.out"}': '300x70',
    },
    quiet: '5m',
    fires: '12m',
    ended: '25m',
  },
  {
    // It speaks day and night.
    alert: 'SourceSilent',
    severity: 'ticket',
    interval: '15m',
    series: {
      [`patchbay_events_received_total{${CRM},origin="webhook"}`]: spoken(
        64 * 12,
        (hour, day) => day !== 2 || hour > 12,
      ),
    },
    quiet: '45h',
    fires: '51h',
    ended: '62h',
  },
  {
    // It speaks from nine to five; on its eighth day it does not.
    alert: 'SourceSilent',
    severity: 'ticket',
    interval: '15m',
    series: {
      [`patchbay_events_received_total{${CRM},origin="poll"}`]: spoken(
        8 * 24 * 4,
        (hour, day) => hour > 9 && hour < 17 && !(day === 7 && hour < 14),
      ),
    },
    quiet: `${6 * 24 + 20}h`,
    fires: `${7 * 24 + 12}h`,
    ended: `${7 * 24 + 15}h`,
  },
  {
    alert: 'RefusedRequests',
    severity: 'ticket',
    series: { [`patchbay_refused_requests_total{${CRM},reason="signature_wrong"}`]: '0x9 0+2x20 40x60' },
    fires: '25m',
    ended: '60m',
  },
  {
    alert: 'ReceiveErrors',
    severity: 'page',
    series: { [`patchbay_requests_total{${CRM},result="503"}`]: '0x9 0+2x20 40x60' },
    fires: '20m',
    ended: '50m',
  },
  { alert: 'CircuitOpen', severity: 'ticket', ...bad(`patchbay_breaker_open{${CRM}}`, 1) },
  { alert: 'Disconnected', severity: 'page', ...bad(`patchbay_system_state{${CRM},state="disconnected"}`, 1) },
  {
    alert: 'QuotaNearlyUsed',
    severity: 'ticket',
    series: {
      [`patchbay_quota_used_calls{${CRM}}`]: '10x9 950x29 0x20',
      [`patchbay_quota_left_calls{${CRM}}`]: '990x9 50x29 1000x20',
    },
    fires: '30m',
    ended: '45m',
  },
  {
    alert: 'CredentialExpiring',
    severity: 'ticket',
    ...bad(`patchbay_credential_expiry_timestamp_seconds{${CRM},credential="credentials"}`, 10 * DAY_S, 90 * DAY_S),
  },
  {
    alert: 'CredentialExpiring',
    severity: 'ticket',
    team: 'default',
    ...bad('patchbay_credential_expiry_timestamp_seconds{system="",credential="api token ci"}', DAY_S, 90 * DAY_S),
  },
  {
    alert: 'CertificateExpiring',
    severity: 'page',
    ...bad(`patchbay_certificate_expiry_timestamp_seconds{${CRM},host="crm.example"}`, DAY_S, 90 * DAY_S),
  },
  {
    alert: 'CertificateExpiring',
    severity: 'ticket',
    ...bad(`patchbay_certificate_expiry_timestamp_seconds{${CRM},host="crm.example"}`, 10 * DAY_S, 90 * DAY_S),
  },
  {
    // Of what concerns no system hears the team that the configuration names.
    alert: 'Down',
    severity: 'page',
    team: 'ops',
    series: {
      'up{job="patchbay",instance="b"}': '1x9 0x29 1x20',
      'patchbay_system_info{system="",team="ops"}': '1x60',
    },
    fires: '30m',
    ended: '45m',
  },
  { alert: 'Down', severity: 'page', team: 'default', ...bad('up{job="patchbay",instance="hub:4600"}', 0, 1) },
  { alert: 'DatabaseSlow', severity: 'page', team: 'default', ...bad('patchbay_database_up{instance="hub"}', 0, 1) },
  {
    alert: 'DatabaseSlow',
    severity: 'ticket',
    team: 'default',
    ...bad('patchbay_database_answer_seconds{instance="hub"}', 0.8, 0.002),
  },
  {
    alert: 'DiskLow',
    severity: 'page',
    team: 'default',
    series: {
      'patchbay_disk_free_bytes{instance="hub"}': '90e9x9 12e9x29 90e9x20',
      'patchbay_disk_size_bytes{instance="hub"}': '100e9x60',
    },
    fires: '30m',
    ended: '45m',
  },
  {
    alert: 'QueueLag',
    severity: 'ticket',
    team: 'default',
    series: {
      'patchbay_wake_lag_seconds_bucket{stage="interpret",le="1"}': '0+20x30 600x40 600+20x60',
      'patchbay_wake_lag_seconds_bucket{stage="interpret",le="5"}': '0+20x30 600x40 600+20x60',
      'patchbay_wake_lag_seconds_bucket{stage="interpret",le="30"}': '0+20x140',
      'patchbay_wake_lag_seconds_bucket{stage="interpret",le="+Inf"}': '0+20x140',
    },
    quiet: '25m',
    fires: '65m',
    ended: '90m',
  },
  {
    alert: 'NotifierFailing',
    severity: 'ticket',
    team: 'default',
    ...bad('patchbay_notifier_failing{channel="mail"}', 1),
  },
]
