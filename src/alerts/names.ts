/**
 * One name for one trouble: of the condition in conditions/, of the page docs/runbooks/<Name>.md, and, after "Patchbay", of the
 * rule in dashboards/prometheus.
 */
export const ALERT_NAMES = [
  'BrakeHeld',
  'CertificateExpiring',
  'CircuitOpen',
  'CredentialExpiring',
  'DatabaseSlow',
  'DeadDeliveries',
  'DeadEvents',
  'DeliveryFailing',
  'DeliverySlow',
  'Disconnected',
  'DiskLow',
  'DriftFound',
  'FlipFlopFrozen',
  'MappingFailing',
  'NotifierFailing',
  'OldestEventTooOld',
  'QueueLag',
  'QuotaNearlyUsed',
  'ReceiveErrors',
  'RefusedRequests',
  'SourceSilent',
] as const
export type AlertName = (typeof ALERT_NAMES)[number]
