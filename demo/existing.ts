import type { JsonObject } from '#model/json.ts'
import { createCrosswalk } from './crosswalk.ts'
import type { CrosswalkRow } from './hub.ts'
import { createPopulation } from './people.ts'
import type { DemoPerson } from './people.ts'
import type { Random } from '../connectors/http/example/sandboxes/random.ts'
import type { VendorName, Vendors } from './vendors/vendor.ts'

/** A remote record of one of the vendors. */
export interface Place {
  system: VendorName
  object: string
  id: string
}

/** A customer who was there before the hub: a contact of the CRM, and what other systems know of the same person. */
export interface ExistingCustomer {
  person: DemoPerson
  crmId: string
  elsewhere: readonly Place[]
  /** The customer's golden record, and record at each vendor, as the hub linked them; known after first link. */
  goldenId: string
  remotes: Readonly<Record<string, string>>
}

export interface Existing {
  /** Known to the CRM and to at least one other system. */
  known: readonly ExistingCustomer[]
  /** Known to the CRM only. */
  alone: readonly ExistingCustomer[]
  /** Contacts that sales entered twice, with the same mobile number. */
  twice: readonly { crmId: string; againId: string }[]
}

export interface ExistingSizes {
  /** Contacts of the CRM, those entered twice included. */
  contacts: number
  /** How many of them other systems know. */
  known: number
}

/** Live customers are numbered from 0. */
const FIRST_NUMBER = 1000
const TWICE_SHARE = 0.012
const DAY_MS = 86_400_000
const OLDEST_DAYS = 700

interface Entry {
  system: VendorName
  object: string
  fields: JsonObject
  atMs: number
  entered: (id: string) => void
}

/**
 * Fills the vendors with what grew there over two years before anybody connected them: the same people with other
 * spellings, known here by mail address, there by mobile number or WeChat id.
 */
export function enterExisting(
  vendors: Vendors,
  random: Random,
  { contacts, known }: ExistingSizes,
  nowMs: number,
): Existing {
  const twiceCount = Math.round(contacts * TWICE_SHARE)
  const { people } = createPopulation(random, {
    companies: 0,
    people: contacts - twiceCount,
    firstNumber: FIRST_NUMBER,
  })
  const oldMs = (): number => nowMs - Math.round((1 + random.next() * OLDEST_DAYS) * DAY_MS)
  const entries: Entry[] = []
  const customers = people.map((given, number) => {
    // Two contacts cannot have one mail address, so those whom sales entered twice have none.
    const person = number < people.length - twiceCount ? given : { ...given, email: undefined }
    const customer = { person, crmId: '', elsewhere: new Array<Place>(), goldenId: '', remotes: {} }
    entries.push({ ...contact(person), atMs: oldMs(), entered: id => void (customer.crmId = id) })
    for (const { system, object, fields } of number < known ? otherForms(person, number) : [])
      entries.push({
        system,
        object,
        fields,
        atMs: oldMs(),
        entered: id => void customer.elsewhere.push({ system, object, id }),
      })
    return customer
  })
  const alone = customers.slice(known)
  const twice = alone.slice(-twiceCount || alone.length).map(customer => {
    const again = { customer, againId: '' }
    const { FirstName, LastName, MobilePhone } = contact(customer.person).fields
    const fields = { FirstName: LastName ?? '', LastName: FirstName ?? '', MobilePhone: MobilePhone ?? '' }
    entries.push({
      system: 'salesforce',
      object: 'Contact',
      fields,
      atMs: oldMs(),
      entered: id => void (again.againId = id),
    })
    return again
  })
  for (const { system, object, fields, atMs, entered } of entries.sort((a, b) => a.atMs - b.atMs))
    entered(vendors[system].enter(object, fields, atMs))
  return {
    known: customers.slice(0, known),
    alone: alone.slice(0, alone.length - twice.length),
    twice: twice.map(({ customer, againId }) => ({ crmId: customer.crmId, againId })),
  }
}

type Form = Pick<Entry, 'system' | 'object' | 'fields'>

function contact({ givenName, familyName, email, mobile, jobTitle }: DemoPerson) {
  const fields = {
    FirstName: givenName,
    LastName: familyName,
    MobilePhone: mobile,
    Title: jobTitle,
    ...(email === undefined ? {} : { Email: email }),
  }
  return { system: 'salesforce', object: 'Contact', fields } as const
}

/** How other systems know the person: at least one does, half are known to several. */
function otherForms(person: DemoPerson, number: number): Form[] {
  const { fullName, givenName, familyName, email, mobile, jobTitle, language } = person
  const atService: Form = {
    system: 'zendesk',
    object: 'user',
    fields:
      email === undefined
        ? { name: fullName, phone: mobile }
        : { name: fullName.toUpperCase(), email: email.toUpperCase() },
  }
  const atFinance: Form = {
    system: 'odoo',
    object: 'contact',
    // As people there write it: without the country at home.
    fields: { name: fullName, phone: mobile.replace(/^\+86/, ''), function: jobTitle },
  }
  if (email === undefined) return number % 2 === 0 ? [atService] : [atFinance]
  const atMarketing: Form = {
    system: 'hubspot',
    object: 'contact',
    fields: { email, firstname: givenName, lastname: familyName, lifecyclestage: 'customer' },
  }
  const atNewsletter: Form = {
    system: 'mailchimp',
    object: 'member',
    fields: {
      email_address: email,
      merge_fields: { FNAME: givenName, LNAME: familyName },
      language,
      tags: ['newsletter'],
    },
  }
  return [
    [atService],
    [atFinance],
    [atMarketing],
    [atService, atFinance, atMarketing],
    [atService, atNewsletter],
    [atMarketing, atNewsletter],
  ][number % 6]!
}

/** Notes where each customer is at every vendor, as the hub linked and created them. */
export function noteRemotes(existing: Existing, crosswalk: readonly CrosswalkRow[]): void {
  const byPlace = createCrosswalk(crosswalk)
  const byGolden = Map.groupBy(crosswalk, ({ goldenId }) => goldenId)
  for (const customer of [...existing.known, ...existing.alone]) {
    customer.goldenId = byPlace.of('salesforce', 'Contact', customer.crmId)?.goldenId ?? ''
    const rows = byGolden.get(customer.goldenId) ?? []
    customer.remotes = Object.fromEntries(rows.map(({ system, remoteId }) => [system, remoteId]))
  }
}
