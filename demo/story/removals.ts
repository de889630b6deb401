import type { ExistingCustomer } from '../existing.ts'
import { PERSONS } from './fields.ts'
import type { Stage, Step } from './stage.ts'

const RESTORED_AFTER_MS = 6000

/**
 * People delete records, in the CRM and in the marketing tool by turns; another system changes the same customer
 * afterwards, which must bring nothing back. Every third one is taken out of the bin again.
 */
export function deleteSteps(customers: readonly ExistingCustomer[], stage: Stage, lastMs: number): Step[] {
  const { vendors, random } = stage
  return customers.flatMap((customer, number) => {
    const system = number % 2 === 0 ? 'salesforce' : 'hubspot'
    const object = PERSONS[system]
    const startMs = 1000 + random.integer(Math.max(1, lastMs - RESTORED_AFTER_MS - 2000))
    const id = customer.remotes[system]
    const userId = customer.remotes.zendesk
    const remove: Step = { atMs: startMs, act: () => void (id !== undefined && vendors[system].remove(object, id)) }
    const changeElsewhere: Step = {
      atMs: startMs + 1500,
      act() {
        if (userId !== undefined) vendors.zendesk.edit('user', userId, { phone: `+8615276${30_000 + number}0` })
      },
    }
    const restore: Step = {
      atMs: startMs + RESTORED_AFTER_MS,
      act: () => void (id !== undefined && vendors[system].restore(object, id)),
    }
    return number % 3 === 2 ? [remove, changeElsewhere, restore] : [remove, changeElsewhere]
  })
}

/** Sales find out that two contacts are one person and merge them, the loser first known to the hub as whatever it was. */
export function mergeSteps(
  pairs: readonly { winnerId: string; loserId: string }[],
  stage: Stage,
  lastMs: number,
): Step[] {
  const { vendors, random, script } = stage
  return pairs.map(({ winnerId, loserId }) => ({
    atMs: 1000 + random.integer(Math.max(1, lastMs - 2000)),
    act() {
      if (vendors.salesforce.merge('Contact', winnerId, loserId))
        script.merges.push({ winnerId, loserId, atMs: Date.now() })
    },
  }))
}
