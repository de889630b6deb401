import type { Meters } from './meters.ts'

/** What is known of the configured systems; the same from every process but for certificates. */
export const systemMetrics = ({ gauge }: Meters) => ({
  systemInfo: gauge(
    'patchbay_system_info',
    '1 for each system, with the team that owns it; without a system: the team for what is nobody’s',
    ['system', 'team'],
  ),
  systems: gauge(
    'patchbay_system_state',
    '1 for the state that a system is in: active, paused or disconnected; the same from every process',
    ['system', 'state'],
  ),
  quotaUsed: gauge('patchbay_quota_used_calls', 'Calls made today, of systems with limits.perDay', ['system']),
  quotaLeft: gauge('patchbay_quota_left_calls', 'Calls that may still be made today', ['system']),
  credentialExpiry: gauge(
    'patchbay_credential_expiry_timestamp_seconds',
    'When a credential ends, where that is known: credentialsExpire of a system, tokens of the REST API',
    ['system', 'credential'],
  ),
  certificateExpiry: gauge(
    'patchbay_certificate_expiry_timestamp_seconds',
    'When the TLS certificate ends that was last seen at an address which the hub calls, or at its own',
    ['system', 'host'],
  ),
})
