import type { Json, JsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import type { Customers } from './customers.ts'
import { type Entity, type Field, newValue, objectOf } from '../field.ts'
import { canonical, refusalOf, rendered } from '../mapping.ts'
import type { Vendor, VendorRecord } from '../vendors/vendor.ts'

export interface PeopleParts {
  context: SimContext
  vendors: readonly Vendor[]
  customers: Customers
  nextSerial: () => number
  count(what: string): void
}

const RUSH = 8

/** What people do in the vendors' own screens. */
export function createPeople(parts: PeopleParts) {
  const { context, vendors, customers } = parts
  const { random, clock } = context

  function create(entity: Entity, customer: string, vendor: Vendor, mail: string): void {
    const values: JsonObject = {}
    for (const field of vendor.dialect.sends[entity]) {
      if (field.name === 'email') values[vendor.dialect.member('email')] = mail
      else if (field.kind === 'link') Object.assign(values, linkValue(vendor, field))
      else if (random.chance(0.6)) values[vendor.dialect.member(field.name)] = valueFor(vendor, field, undefined)
    }
    if (refusalOf(vendor.dialect, values) !== undefined) delete values[vendor.dialect.member('jobTitle')]
    const record = vendor.create(objectOf(entity), customer, values, 'person')
    context.tell(`people of ${vendor.dialect.system} create ${record.id} for ${customer} ${JSON.stringify(values)}`)
    parts.count('creates')
  }

  /** A vendor value that people type: its form is the vendor's own. */
  function valueFor(vendor: Vendor, field: Field, before: Json | undefined): Json {
    const old = before === undefined ? undefined : canonical(vendor.dialect, field, before)
    return rendered(
      vendor.dialect,
      field,
      newValue(field, parts.nextSerial(), field.kind === 'tags' ? old : before, random),
    )
  }

  function linkValue(vendor: Vendor, field: Field): JsonObject {
    const companies = vendor.living('company')
    return companies.length === 0 ? {} : { [vendor.dialect.member(field.name)]: random.pick(companies).id }
  }

  function pickField(vendor: Vendor, entity: Entity): Field {
    const fields = vendor.dialect.sends[entity].flatMap(field => Array.from({ length: field.weight }, () => field))
    return random.pick(fields)
  }

  function edit(vendor: Vendor, record: VendorRecord, field = pickField(vendor, record.entity)): void {
    const member = vendor.dialect.member(field.name)
    const before = record.members[member]?.v
    const past = record.hubValues[member]?.at(-1)?.v
    const old = past !== undefined && past !== before && field.kind !== 'email' && random.chance(0.25)
    const empties = ['name', 'date', 'phone'].includes(field.kind) && field.name !== 'name' && random.chance(0.08)
    let values: JsonObject
    if (field.kind === 'link') values = linkValue(vendor, field)
    else values = { [member]: old ? past : empties ? null : valueFor(vendor, field, before) }
    if (field.kind === 'email' && typeof values[member] === 'string')
      customers.giveMail(record.customer, values[member])
    // A form saves the whole record, also what was not touched.
    if (random.chance(0.3)) values = { ...visible(record), ...values }
    if (refusalOf(vendor.dialect, values) !== undefined) return
    const changed = vendor.write(record, values, 'person')
    if (changed.length === 0) return
    context.tell(
      `people edit ${record.id} ${JSON.stringify(Object.fromEntries(changed.map(name => [name, values[name] ?? null])))}`,
    )
    parts.count('edits')
  }

  const anyRecord = (vendor: Vendor): VendorRecord | undefined => {
    const living = [...vendor.living('contact'), ...vendor.living('contact'), ...vendor.living('company')]
    return living.length === 0 ? undefined : random.pick(living)
  }

  function newCustomer(atOnce = false): void {
    const entity: Entity = random.chance(0.25) ? 'account' : 'person'
    const customer = customers.create(entity)
    const mail = `mail${parts.nextSerial()}@example.com`
    customers.giveMail(customer, mail)
    const first = random.pick(vendors)
    create(entity, customer, first, mail)
    if (!atOnce && !random.chance(0.4)) return
    const second = random.pick(vendors.filter(vendor => vendor !== first))
    clock.after(atOnce ? 0 : random.integer(random.pick([1, 1_000, 60_000])), () => {
      // Somebody looks before typing: the hub may have been quicker.
      if (!second.living(objectOf(entity)).some(record => record.customer === customer))
        create(entity, customer, second, mail)
    })
  }

  return {
    /** Customers of years, or a list that is imported, into several vendors perhaps. */
    fill(...into: readonly Vendor[]): void {
      for (let count = 3 + random.integer(10); count > 0; count -= 1) {
        const entity: Entity = random.chance(0.25) ? 'account' : 'person'
        const customer = customers.create(entity)
        const mail = `mail${parts.nextSerial()}@example.com`
        customers.giveMail(customer, mail)
        for (const vendor of into) create(entity, customer, vendor, mail)
      }
    },
    newCustomer,
    /** As a web form does that feeds two systems: all at one moment, and nobody edits them later. */
    rush(): void {
      for (let count = 0; count < RUSH; count += 1) newCustomer(true)
    },
    edit(): void {
      const vendor = random.pick(vendors)
      const record = anyRecord(vendor)
      if (record !== undefined) edit(vendor, record)
    },
    /** Two people, two systems, one customer, one field, one moment. */
    editTwice(): void {
      const vendor = random.pick(vendors)
      const record = anyRecord(vendor)
      if (record === undefined) return
      const field = pickField(vendor, record.entity)
      edit(vendor, record, field)
      for (const other of vendors) {
        const twin = other.living(record.object).find(one => one.customer === record.customer)
        const known = other.dialect.sends[record.entity].some(one => one.name === field.name)
        if (other === vendor || twin === undefined || !known || field.kind === 'email') continue
        clock.after(random.integer(random.pick([1, 500, 10_000])), () => {
          if (twin.deleted === undefined) edit(other, twin, field)
        })
      }
    },
    /** Two records turn out to be one customer; the one that stays takes over what it lacks. */
    merge(): void {
      const vendor = random.pick(vendors)
      const records = vendor.living('contact')
      if (records.length < 2) return
      const loser = random.pick(records)
      const winner = random.pick(records.filter(record => record !== loser))
      customers.unite(loser.customer, winner.customer)
      const lacking = Object.entries(visible(loser)).filter(([name]) => (winner.members[name]?.v ?? null) === null)
      vendor.merge(loser, winner)
      if (lacking.length > 0) vendor.write(winner, Object.fromEntries(lacking), 'person')
      context.tell(`people merge ${loser.id} into ${winner.id}`)
      parts.count('merges')
    },
    deleteOrRestore(): void {
      const vendor = random.pick(vendors)
      const deleted = [...vendor.records.values()].filter(
        one => one.deleted === 'people' && one.mergedInto === undefined,
      )
      if (deleted.length > 0 && random.chance(0.5)) {
        const record = random.pick(deleted)
        vendor.restore(record)
        context.tell(`people restore ${record.id}`)
        return
      }
      const record = anyRecord(vendor)
      if (record === undefined) return
      vendor.remove(record, 'people')
      context.tell(`people delete ${record.id}`)
      parts.count('deletes')
    },
  }
}

function visible(record: VendorRecord): JsonObject {
  return Object.fromEntries(
    Object.entries(record.members).flatMap(([name, held]) => (name.includes('#') ? [] : [[name, held.v]])),
  )
}
