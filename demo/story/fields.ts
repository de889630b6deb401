import type { VendorName } from '../sandboxes/sandbox.ts'
import type { Meaning } from './stage.ts'

/** Where each vendor keeps a person, and what it calls the hub's own id there. */
export const PERSONS: Readonly<Record<VendorName, { object: string; externalId: string }>> = {
  crm: { object: 'contact', externalId: 'externalId' },
  helpdesk: { object: 'user', externalId: 'external_id' },
  erp: { object: 'partner', externalId: 'x_hub_id' },
  marketing: { object: 'subscriber', externalId: 'external_id' },
}

/** What each vendor calls a field; where it has none, nothing. */
const NAMES: Readonly<Record<VendorName, Readonly<Partial<Record<Meaning, string>>>>> = {
  crm: { mobile: 'mobile', phone: 'phone', jobTitle: 'jobTitle' },
  helpdesk: { mobile: 'phone' },
  erp: { mobile: 'mobile', phone: 'phone', jobTitle: 'function' },
  marketing: { mobile: 'phone' },
}

export function fieldName(system: VendorName, meaning: Meaning): string | undefined {
  return NAMES[system][meaning]
}
