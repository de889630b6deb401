import type { ExistingCustomer } from '../existing.ts'

export interface LinkVerdict {
  /** Customers who were in the CRM and in other systems before the hub. */
  customers: number
  /** Records of theirs in these other systems. */
  records: number
  /** Records that the hub linked to the customer's contact in the CRM. */
  linked: number
}

/** Whether the records of one customer became one, by what the demo knows of who is who. */
export function judgeLinks(known: readonly Pick<ExistingCustomer, 'elsewhere' | 'remotes'>[]): LinkVerdict {
  const verdict = { customers: known.length, records: 0, linked: 0 }
  for (const { elsewhere, remotes } of known) {
    verdict.records += elsewhere.length
    verdict.linked += elsewhere.filter(({ system, id }) => remotes[system] === id).length
  }
  return verdict
}
