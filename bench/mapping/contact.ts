import type { Subject } from './subject.ts'

interface Contact {
  readonly id: number
  readonly properties: {
    readonly firstname: string
    readonly lastname: string
    readonly email: string
    readonly phone: string
    readonly lifecyclestage: string
    readonly updated: number
    readonly company?: string
  }
  readonly account?: { readonly name: string; readonly size: number }
  readonly tags: readonly { readonly name: string; readonly active: boolean }[]
  readonly orders: readonly { readonly amount: number }[]
  readonly addresses: readonly { readonly type: string; readonly city: string }[]
}

const contact = (n: number): Contact => ({
  id: 1000 + n,
  properties: {
    firstname: ` Ann${n} `,
    lastname: 'Berg',
    email: `Ann${n}@Example.COM `,
    phone: '+86 139-1234-5678',
    lifecyclestage: n % 2 === 0 ? 'lead' : 'customer',
    updated: 1_767_322_245_123 + n,
    ...(n % 4 === 0 ? { company: 'Initech' } : {}),
  },
  ...(n % 4 === 1 ? { account: { name: 'Initrode', size: n } } : {}),
  tags: [
    { name: 'a', active: true },
    { name: 'b', active: n % 3 === 0 },
    { name: 'a', active: true },
  ],
  orders: n % 4 === 2 ? [] : [{ amount: 10 }, { amount: n }],
  addresses: [
    { type: 'billing', city: '上海' },
    { type: 'shipping', city: 'Berlin' },
  ],
})

const inputs = Array.from({ length: 32 }, (_, n) => contact(n))

/** Mapping (a): one path. */
export const onePath: Subject = {
  name: 'a: one path',
  source: 'properties.email',
  inputs,
  byHand: (input: Contact) => input.properties.email,
}

const stages: Readonly<Record<string, string>> = { lead: 'lead', customer: 'customer', subscriber: 'prospect' }

function trimmed(text: string): string {
  return text.replaceAll(/[ \t\n\r]+/g, ' ').trim()
}

/** What a careful person would write for mapping (b). */
function mapContact(input: Contact): unknown {
  const { properties, account, tags, orders, addresses } = input
  const company = account?.name ?? properties.company
  const stage = stages[properties.lifecyclestage]
  const names = new Set<string>()
  for (const tag of tags) if (tag.active) names.add(tag.name)
  let spent = 0
  for (const order of orders) spent += order.amount
  const city = addresses.find(address => address.type === 'billing')?.city
  return {
    externalId: String(input.id),
    givenName: trimmed(properties.firstname),
    familyName: trimmed(properties.lastname),
    fullName: `${trimmed(properties.firstname)} ${trimmed(properties.lastname)}`,
    email: trimmed(properties.email).toLowerCase(),
    phone: properties.phone.replaceAll(/[^0-9+]/g, ''),
    ...(company === undefined ? {} : { company }),
    ...(stage === undefined ? {} : { stage }),
    tags: names.size === 1 ? [...names][0] : [...names],
    ...(orders.length === 0 ? {} : { spent }),
    ...(city === undefined ? {} : { city }),
    updatedAt: new Date(properties.updated).toISOString(),
  }
}

/** Mapping (b): a contact of 12 fields. */
export const contactMapping: Subject = {
  name: 'b: contact, 12 fields',
  source: `{
  "externalId": $string(id),
  "givenName": $trim(properties.firstname),
  "familyName": $trim(properties.lastname),
  "fullName": $join([$trim(properties.firstname), $trim(properties.lastname)], " "),
  "email": $lowercase($trim(properties.email)),
  "phone": $replace(properties.phone, /[^0-9+]/, ""),
  "company": account.name ? account.name : properties.company,
  "stage": $lookup({"lead": "lead", "customer": "customer", "subscriber": "prospect"}, properties.lifecyclestage),
  "tags": $distinct(tags[active = true].name),
  "spent": $sum(orders.amount),
  "city": addresses[type = "billing"].city,
  "updatedAt": $fromMillis(properties.updated)
}`,
  inputs,
  byHand: mapContact,
}
