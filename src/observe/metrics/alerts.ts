import type { Meters } from './meters.ts'

/** The alerts that the hub raises itself, and who is told. */
export const alertMetrics = ({ counter, gauge }: Meters) => ({
  alertsFiring: gauge('patchbay_alerts_firing', 'Alerts that the hub itself raised and that have not ended', [
    'name',
    'system',
    'severity',
  ]),
  notices: counter('patchbay_alert_notices_total', 'Notices of alerts: sent or failed', ['channel', 'result']),
  channelFailing: gauge('patchbay_notifier_failing', '1 while a channel does not take notices of alerts', ['channel']),
})
