import { setTimeout as sleep } from 'node:timers/promises'
import type { ExistingCustomer } from '../existing.ts'
import type { VendorName } from '../vendors/vendor.ts'
import { fieldName, PERSONS } from './fields.ts'
import type { Meaning, Rivalry, Stage, Step } from './stage.ts'

/** Two people edit one customer at two systems, the second one before the first one's edit can have arrived there. */
interface Duel {
  first: [VendorName, Meaning]
  second: [VendorName, Meaning]
}

const DUELS: readonly Duel[] = [
  { first: ['salesforce', 'mobile'], second: ['zendesk', 'mobile'] },
  { first: ['zendesk', 'mobile'], second: ['salesforce', 'mobile'] },
  { first: ['odoo', 'jobTitle'], second: ['salesforce', 'jobTitle'] },
  { first: ['salesforce', 'jobTitle'], second: ['odoo', 'jobTitle'] },
  { first: ['salesforce', 'jobTitle'], second: ['zendesk', 'mobile'] },
  { first: ['zendesk', 'mobile'], second: ['salesforce', 'jobTitle'] },
  { first: ['hubspot', 'mobile'], second: ['zendesk', 'mobile'] },
  { first: ['salesforce', 'mobile'], second: ['odoo', 'jobTitle'] },
]
/** Where a value is changed, and where it is set back to what it was once it has arrived. */
const ROUND_TRIPS: readonly [VendorName, VendorName][] = [
  ['salesforce', 'salesforce'],
  ['salesforce', 'odoo'],
  ['odoo', 'salesforce'],
  ['odoo', 'odoo'],
]
const SECOND_EDIT_MS_MAX = 900
const SET_BACK_WITHIN_MS = 5000
const LOOK_MS = 200
const LOOKS_MAX = 100
const SEEN_MS = 1500

/** Edits in conflict and values set back, spread over the day; each customer is the scene of one of them. */
export function conflictSteps(customers: readonly ExistingCustomer[], stage: Stage, lastMs: number): Step[] {
  return customers.flatMap((customer, number) => {
    const startMs = 500 + stage.random.integer(Math.max(1, lastMs - SET_BACK_WITHIN_MS))
    const about = { customer, number, stage, startMs }
    return number % 3 === 2 ? setBackSteps(about) : duelSteps(about)
  })
}

interface Scene {
  customer: ExistingCustomer
  number: number
  stage: Stage
  startMs: number
}

function duelSteps({ customer, number, stage, startMs }: Scene): Step[] {
  const { first, second } = DUELS[(number - Math.floor(number / 3)) % DUELS.length]!
  const rivalry: Rivalry = { kind: first[1] === second[1] ? 'sameField' : 'otherField', customer, edits: [] }
  stage.script.rivalries.push(rivalry)
  return [
    { atMs: startMs, act: () => edit(stage, rivalry, ...first, valueOf(first[1], number, 'A')) },
    {
      atMs: startMs + stage.random.integer(SECOND_EDIT_MS_MAX),
      act: () => edit(stage, rivalry, ...second, valueOf(second[1], number, 'B')),
    },
  ]
}

function setBackSteps({ customer, number, stage, startMs }: Scene): Step[] {
  const [changedAt, setBackAt] = ROUND_TRIPS[Math.floor(number / 3) % ROUND_TRIPS.length]!
  const rivalry: Rivalry = { kind: 'setBack', customer, edits: [] }
  stage.script.rivalries.push(rivalry)
  const before = customer.person.jobTitle
  const changed = `${before} ${number}`
  return [
    // So that what it is set back to is surely what it was.
    { atMs: startMs, act: () => edit(stage, rivalry, changedAt, 'jobTitle', before) },
    { atMs: startMs + 1200, act: () => edit(stage, rivalry, changedAt, 'jobTitle', changed) },
    {
      atMs: startMs + 2400,
      async act() {
        if (await appears(stage, customer, setBackAt, changed)) edit(stage, rivalry, setBackAt, 'jobTitle', before)
      },
    },
  ]
}

/**
 * Waits until people at a system have had a job title before them for a moment; false when it does not come: nobody sets
 * back what they do not see.
 */
async function appears(
  { vendors }: Stage,
  { remotes }: ExistingCustomer,
  system: VendorName,
  title: string,
): Promise<boolean> {
  const field = fieldName(system, 'jobTitle') ?? ''
  const isThere = (): boolean => vendors[system].record(PERSONS[system], remotes[system] ?? '')?.fields[field] === title
  for (let looks = 0; looks < LOOKS_MAX && !isThere(); looks++) await sleep(LOOK_MS, undefined, { ref: false })
  await sleep(SEEN_MS, undefined, { ref: false })
  return isThere()
}

function valueOf(meaning: Meaning, number: number, mark: 'A' | 'B'): string {
  const digits = String(10_000 + number * 2 + (mark === 'A' ? 0 : 1))
  if (meaning === 'jobTitle') return `Director ${mark}${number}`
  return meaning === 'mobile' ? `+86151777${digits}` : `+862155${digits.padStart(6, '0')}`
}

/** A person types a value at a system, if the customer is there by now. */
function edit(stage: Stage, rivalry: Rivalry, system: VendorName, meaning: Meaning, value: string): void {
  const vendor = stage.vendors[system]
  const id = rivalry.customer.remotes[system]
  const field = fieldName(system, meaning)
  if (id === undefined || field === undefined) return
  vendor.edit(PERSONS[system], id, { [field]: value })
  const entry = vendor.journal.entries().at(-1)
  if (entry) rivalry.edits.push({ system, meaning, entry })
}
