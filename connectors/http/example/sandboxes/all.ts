import { createCrm } from './crm.ts'
import { createErp } from './erp.ts'
import { createHelpdesk } from './helpdesk.ts'
import { createMarketing } from './marketing.ts'
import type { Sandbox, SandboxOptions, VendorName } from './sandbox.ts'

const CREATE = { crm: createCrm, helpdesk: createHelpdesk, erp: createErp, marketing: createMarketing }

export const VENDORS: readonly VendorName[] = ['crm', 'helpdesk', 'erp', 'marketing']

/** Makes one vendor's sandbox by name; call its `start` to listen. */
export function createSandbox(name: VendorName, options: SandboxOptions): Sandbox {
  return CREATE[name](options)
}
