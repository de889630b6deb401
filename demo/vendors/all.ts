import { createVendor } from './create-vendor.ts'
import { hubspot } from './hubspot.ts'
import { mailchimp } from './mailchimp.ts'
import { odoo } from './odoo.ts'
import { salesforce } from './salesforce.ts'
import { type Vendors } from './vendor.ts'
import { zendesk } from './zendesk.ts'

/** Starts every vendor on a free port of loopback; the same seed gives the same disorder of webhooks. */
export async function startVendors(options: { seed: number; nowMs?: () => number }): Promise<Vendors> {
  return {
    salesforce: await createVendor(salesforce, options),
    hubspot: await createVendor(hubspot, { ...options, seed: options.seed + 1 }),
    mailchimp: await createVendor(mailchimp, { ...options, seed: options.seed + 2 }),
    zendesk: await createVendor(zendesk, { ...options, seed: options.seed + 3 }),
    odoo: await createVendor(odoo, { ...options, seed: options.seed + 4 }),
  }
}
