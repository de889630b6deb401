import type { ExistingCustomer } from '../existing.ts'
import { PERSONS } from './fields.ts'
import type { Stage, Step } from './stage.ts'

const RESTORED_AFTER_MS = 4000

/**
 * People delete records, in the CRM and in the marketing tool by turns; another system changes the same customer
 * afterwards, which must bring nothing back. Every third one is taken out of the bin again.
 */
export function deleteSteps(customers: readonly ExistingCustomer[], stage: Stage, lastMs: number): Step[] {
  const { sandboxes, random } = stage
  return customers.flatMap((customer, number) => {
    const system = number % 2 === 0 ? 'crm' : 'marketing'
    const { object } = PERSONS[system]
    const startMs = 1000 + random.integer(Math.max(1, lastMs - RESTORED_AFTER_MS - 2000))
    const id = customer.remotes[system]
    const userId = customer.remotes.helpdesk
    const remove: Step = { atMs: startMs, act: () => void (id !== undefined && sandboxes[system].remove(object, id)) }
    const changeElsewhere: Step = {
      atMs: startMs + 1500,
      act() {
        if (userId !== undefined) sandboxes.helpdesk.edit('user', userId, { phone: `+8615276${30_000 + number}0` })
      },
    }
    const restore: Step = {
      atMs: startMs + RESTORED_AFTER_MS,
      act: () => void (id !== undefined && sandboxes[system].restore(object, id)),
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
  const { sandboxes, random, script } = stage
  return pairs.map(({ winnerId, loserId }) => ({
    atMs: 1000 + random.integer(Math.max(1, lastMs - 2000)),
    act() {
      if (sandboxes.crm.merge('contact', winnerId, loserId)) script.merges.push({ winnerId, loserId, atMs: Date.now() })
    },
  }))
}
