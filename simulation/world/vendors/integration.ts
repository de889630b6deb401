import type { SimContext } from '../../contract.ts'
import type { Field } from '../field.ts'
import { canonical } from '../mapping.ts'
import type { Change, Vendor } from './vendor.ts'

/** Somebody else's integration: it copies one field from one vendor into another, beside the hub. */
export interface OtherIntegration {
  changed(vendor: Vendor, change: Change): void
}

export function createOtherIntegration(vendors: readonly Vendor[], context: SimContext): OtherIntegration {
  const { random, clock } = context
  const from = random.pick(vendors)
  const to = random.pick(vendors.filter(vendor => vendor !== from))
  const shared = from.dialect.sends.person.filter(field => isScalar(field) && to.dialect.sends.person.includes(field))
  const field = shared.length === 0 ? undefined : random.pick(shared)
  if (field !== undefined)
    context.tell(`another integration copies ${field.name} from ${from.dialect.system} to ${to.dialect.system}`)
  return {
    changed(vendor, change) {
      if (field === undefined || vendor !== from || change.kind !== 'updated') return
      const { record } = change
      const member = from.dialect.member(field.name)
      if (!change.members.includes(member)) return
      const value = canonical(from.dialect, field, record.members[member]?.v)
      clock.after(1_000 + random.integer(10_000), () => {
        const twin = to.living(record.object).find(one => one.customer === record.customer)
        if (twin === undefined || value === undefined) return
        const changed = to.write(twin, { [to.dialect.member(field.name)]: value }, 'integration')
        if (changed.length > 0)
          context.tell(`the other integration writes ${twin.id} ${field.name} ${JSON.stringify(value)}`)
      })
    },
  }
}

function isScalar({ kind, name }: Field): boolean {
  return ['name', 'word', 'date', 'phone'].includes(kind) && name !== 'mobile'
}
