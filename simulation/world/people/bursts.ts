import type { Json } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import { type Field, newValue } from '../field.ts'
import { refusalOf, rendered } from '../mapping.ts'
import type { Vendor, VendorRecord } from '../vendors/vendor.ts'

/** What somebody did to many records of one vendor at once, as with a list and a tick at its top. */
export type Burst = { vendor: Vendor; records: readonly VendorRecord[]; atMs: number } & (
  { kind: 'edit'; field: Field; value: Json } | { kind: 'delete' }
)

/** People who change or delete in bulk, where the brake of the other systems is set low enough to notice. */
export interface Bursts {
  act(): void
  done(): readonly Burst[]
}

/** Fewer are no burst. */
const RECORDS_MIN = 4

export function createBursts(
  vendor: Vendor,
  parts: {
    context: SimContext
    others: readonly Vendor[]
    /** People bring in a list of customers. */
    fill: (...into: readonly Vendor[]) => void
    nextSerial: () => number
    count: (what: string) => void
  },
): Bursts {
  const { clock, tell, stream } = parts.context
  const random = stream('bursts')
  const { dialect } = vendor
  const done: Burst[] = []
  let isFilled = false

  /** All of them get one value. */
  function edit(records: readonly VendorRecord[]): void {
    const field = random.pick(dialect.sends.person.filter(({ kind }) => kind === 'name'))
    const member = dialect.member(field.name)
    const value = newValue(field, parts.nextSerial(), undefined, random)
    if (refusalOf(dialect, { [member]: value }) !== undefined) return
    tell(`people of ${dialect.system} set ${member} of ${records.length} records to ${JSON.stringify(value)}`)
    for (const record of records) vendor.write(record, { [member]: rendered(dialect, field, value) }, 'person')
    done.push({ kind: 'edit', vendor, records, atMs: clock.nowMs(), field, value })
    parts.count('bursts: edit')
  }

  function remove(records: readonly VendorRecord[]): void {
    tell(`people of ${dialect.system} delete ${records.map(({ id }) => id).join(', ')}`)
    for (const record of records) vendor.remove(record, 'people')
    done.push({ kind: 'delete', vendor, records, atMs: clock.nowMs() })
    parts.count('bursts: delete')
  }

  return {
    act() {
      if (!isFilled) {
        isFilled = true
        // One list for two systems, at one moment: who comes first makes the customers.
        parts.fill(vendor, ...(random.chance(0.5) ? [random.pick(parts.others)] : []))
        return
      }
      if (!random.chance(0.2)) return
      const records = vendor.living('contact')
      if (records.length < RECORDS_MIN) return
      if (random.chance(0.75)) edit(records)
      else remove(records.filter(() => random.chance(0.7)))
    },
    done: () => done,
  }
}
