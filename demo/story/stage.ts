import type { JsonObject } from '#model/json.ts'
import type { DemoPerson } from '../people.ts'
import type { Random } from '../sandboxes/random.ts'
import type { Sandbox, VendorName } from '../sandboxes/sandbox.ts'

/** One thing that happens at one of the company's systems. */
export interface Step {
  atMs: number
  act: () => void | Promise<void>
}

export interface Stage {
  sandboxes: Readonly<Record<VendorName, Sandbox>>
  random: Random
  postForm: (fields: JsonObject) => Promise<void>
}

/** A customer with a mail address, whom the systems find by it. */
export interface About {
  person: DemoPerson
  email: string
  number: number
  stage: Stage
}
