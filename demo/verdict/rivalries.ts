import type { Json } from '#model/json.ts'
import { fieldName, PERSONS } from '../story/fields.ts'
import type { Edit, Meaning, Rivalry } from '../story/stage.ts'
import type { VendorName, Vendors } from '../vendors/vendor.ts'

/** A system that does not hold the edit which wins by the rules. */
export interface LostEdit {
  kind: Rivalry['kind']
  goldenId: string
  meaning: Meaning
  system: VendorName
  expected: readonly Json[]
  found: Json | undefined
}

export interface RivalryVerdict {
  /** Customers edited at two systems within a second, the same field. */
  sameField: number
  /** Customers edited at two systems within a second, different fields. */
  otherField: number
  /** Values that a person set back to what they were. */
  setBack: number
  /** Edits that reached the hub and lost against a later one: written over everywhere. */
  writtenOver: number
  /** Edits that were overwritten in their own vendor before anybody outside could see them. */
  neverTold: number
  lost: LostEdit[]
}

interface Contender {
  system: VendorName
  value: Json | undefined
  /** The edit's time lies between these, as far as the vendor tells it: read later, a record bears a later time. */
  earliestMs: number
  latestMs: number
}

/**
 * Judges by the vendors' journals alone: of the edits that left their vendor the last one must stand everywhere. Some
 * vendors tell whole seconds: within one nobody knows which was the last.
 */
export function judgeRivalries(rivalries: readonly Rivalry[], vendors: Vendors): RivalryVerdict {
  const verdict: RivalryVerdict = { sameField: 0, otherField: 0, setBack: 0, writtenOver: 0, neverTold: 0, lost: [] }
  for (const rivalry of rivalries) {
    if (rivalry.edits.length < 2) continue
    verdict[rivalry.kind]++
    for (const [meaning, edits] of Map.groupBy(rivalry.edits, edit => edit.meaning)) {
      const contenders = edits.flatMap(edit => contenderOf(edit, vendors))
      verdict.neverTold += edits.length - contenders.length
      if (rivalry.kind === 'sameField') verdict.writtenOver += Math.max(0, contenders.length - 1)
      const expected = winners(contenders).map(({ value }) => value ?? null)
      verdict.lost.push(...lostIn(rivalry, meaning, expected, vendors))
    }
  }
  return verdict
}

function contenderOf({ system, meaning, entry }: Edit, vendors: Vendors): Contender[] {
  const field = fieldName(system, meaning)
  const { journal } = vendors[system]
  if (field === undefined || journal.firstTold(entry, field) === undefined) return []
  const value = plain(entry.row.fields[field])
  const latestMs = journal.lastHeld(entry, field).updatedAtMs
  return [{ system, value, earliestMs: entry.atMs, latestMs }]
}

/** Those that may have won: nothing certainly came after them. */
function winners(contenders: readonly Contender[]): Contender[] {
  return contenders.filter((one, i) =>
    contenders.every((other, j) => i === j || sameSystemLater(one, other, i, j) || other.earliestMs <= one.latestMs),
  )
}

/** Edits of one system came in the order of the list. */
function sameSystemLater(one: Contender, other: Contender, i: number, j: number): boolean {
  return one.system === other.system && i > j
}

function lostIn(
  { kind, customer }: Rivalry,
  meaning: Meaning,
  expected: readonly Json[],
  vendors: Vendors,
): LostEdit[] {
  return Object.values(vendors).flatMap((vendor): LostEdit[] => {
    const system = vendor.name
    const field = fieldName(system, meaning)
    const id = customer.remotes[system]
    if (field === undefined || id === undefined || expected.length === 0) return []
    const found = plain(vendor.record(PERSONS[system], id)?.fields[field])
    const isRight = expected.some(value => value === found)
    return isRight ? [] : [{ kind, goldenId: customer.goldenId, meaning, system, expected, found }]
  })
}

/** A phone number without the blanks that a vendor shows it with. */
function plain(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && /^\+[\d ]+$/.test(value) ? value.replaceAll(' ', '') : value
}
