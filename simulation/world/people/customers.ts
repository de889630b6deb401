import type { JsonObject } from '#model/json.ts'
import type { Entity } from '../field.ts'
import type { Vendor } from '../vendors/vendor.ts'

/** The real customers behind all records: who they are is known by the mails that were ever theirs. */
export interface Customers {
  create(entity: Entity): string
  of(entity: Entity): readonly string[]
  giveMail(customer: string, mail: string): void
  /** People found out that two are one. */
  unite(one: string, other: string): void
  /** One name for all that people united. */
  same(customer: string): string
  /** Whom a document speaks of. */
  named(document: JsonObject, vendor: Vendor, ext: string): string
}

export function createCustomers(): Customers {
  const byMail = new Map<string, string>()
  const names: Record<Entity, string[]> = { person: [], account: [] }
  const united = new Map<string, string>()
  function same(customer: string): string {
    const into = united.get(customer)
    return into === undefined ? customer : same(into)
  }
  return {
    same,
    unite(one, other) {
      if (same(one) !== same(other)) united.set(same(one), same(other))
    },
    create(entity) {
      const name = `${entity} ${names[entity].length + 1}`
      names[entity].push(name)
      return name
    },
    of: entity => names[entity],
    giveMail: (customer, mail) => byMail.set(mail.toLowerCase(), customer),
    named(document, { dialect }, ext) {
      const mail = document[dialect.member('email')]
      return (typeof mail === 'string' ? byMail.get(mail.toLowerCase()) : undefined) ?? `golden ${ext}`
    },
  }
}
