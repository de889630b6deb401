import type { VendorName } from '../vendors/vendor.ts'
import type { Meaning } from './stage.ts'

/** Where each vendor keeps a person. */
export const PERSONS: Readonly<Record<VendorName, string>> = {
  salesforce: 'Contact',
  hubspot: 'contact',
  mailchimp: 'member',
  zendesk: 'user',
  odoo: 'contact',
}

/** What each vendor calls a field; where it has none, or keeps two in one, nothing. */
const NAMES: Readonly<Record<VendorName, Readonly<Partial<Record<Meaning, string>>>>> = {
  salesforce: { mobile: 'MobilePhone', phone: 'Phone', jobTitle: 'Title' },
  hubspot: { mobile: 'mobilephone', phone: 'phone', jobTitle: 'jobtitle' },
  mailchimp: {},
  zendesk: { mobile: 'phone' },
  odoo: { phone: 'phone', jobTitle: 'function' },
}

export function fieldName(system: VendorName, meaning: Meaning): string | undefined {
  return NAMES[system][meaning]
}
