import type { JsonObject } from '#model/json.ts'
import type { Existing, ExistingCustomer } from '../existing.ts'
import type { DemoPerson } from '../people.ts'
import type { Random } from '../../connectors/http/example/sandboxes/random.ts'
import type { Entry } from '../vendors/journal.ts'
import type { VendorName, Vendors } from '../vendors/vendor.ts'

/** One thing that happens at one of the company's systems. */
export interface Step {
  atMs: number
  act: () => void | Promise<void>
}

export interface Stage {
  vendors: Vendors
  /** Who was there before the hub. */
  existing: Existing
  /** What is done on purpose, for the closing comparison. */
  script: Script
  random: Random
  postForm: (fields: JsonObject) => Promise<void>
  sendMail: (mail: DemoMail) => Promise<void>
}

/** A mail to the company's support address. */
export interface DemoMail {
  from: { name: string; address: string }
  messageId: string
  subject: string
  text: string
}

/** What people did on purpose; the closing comparison knows from it what must have become of it. */
export interface Script {
  rivalries: Rivalry[]
  /** Contacts of the CRM that sales merged. */
  merges: { winnerId: string; loserId: string; atMs: number }[]
}

/** A customer whom people edit against each other, or back again. */
export interface Rivalry {
  kind: 'sameField' | 'otherField' | 'setBack'
  customer: ExistingCustomer
  edits: Edit[]
}

/** One edit by a person, by its entry in the vendor's journal. */
export interface Edit {
  system: VendorName
  meaning: Meaning
  entry: Entry
}

/** What two systems may call differently. */
export type Meaning = 'mobile' | 'phone' | 'jobTitle'

/** A customer with a mail address, whom the systems find by it. */
export interface About {
  person: DemoPerson
  email: string
  number: number
  stage: Stage
}
