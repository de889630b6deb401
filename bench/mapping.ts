import jsonata from 'jsonata'
import { compileMapping } from '#mapping/mapping.ts'

/**
 * Mappings per second of the engine against the reference interpreter, on a contact of 12 fields, in one run on one
 * machine. `node bench/mapping.ts` prints one line of JSON.
 */
const source = `{
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
}`

const contact = (n: number): unknown => ({
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
const nowMs = Date.UTC(2026, 0, 1)

async function perSecond(durationMs: number, run: (input: unknown) => unknown): Promise<number> {
  let count = 0
  const startMs = performance.now()
  while (performance.now() - startMs < durationMs) {
    for (const input of inputs) await run(input)
    count += inputs.length
  }
  return (count * 1000) / (performance.now() - startMs)
}

function perSecondSync(durationMs: number, run: (input: unknown) => unknown): number {
  let count = 0
  const startMs = performance.now()
  while (performance.now() - startMs < durationMs) {
    for (const input of inputs) run(input)
    count += inputs.length
  }
  return (count * 1000) / (performance.now() - startMs)
}

const reference = jsonata(source)
const mapping = compileMapping('bench/contact', source)
for (const input of inputs) {
  const ours = mapping.run(input, { nowMs })
  const theirs: unknown = await reference.evaluate(input)
  if (!ours.ok || JSON.stringify(ours.value) !== JSON.stringify(theirs))
    throw new Error(`results differ: ${JSON.stringify({ ours, theirs })}`)
}

// Warmed up and then measured in turns, so that noise of the machine hits both.
perSecondSync(500, input => mapping.run(input, { nowMs }))
await perSecond(500, input => reference.evaluate(input))
const rounds: { readonly ours: number; readonly theirs: number }[] = []
for (let round = 0; round < 5; round++) {
  const theirs = await perSecond(400, input => reference.evaluate(input))
  rounds.push({ theirs, ours: perSecondSync(400, input => mapping.run(input, { nowMs })) })
}
const middle = [...rounds].sort((a, b) => a.ours / a.theirs - b.ours / b.theirs)[2] ?? { ours: 0, theirs: 1 }

const compileMs = performance.now()
for (let n = 0; n < 200; n++) compileMapping(`bench/${n}`, source)
const compileUs = ((performance.now() - compileMs) * 1000) / 200

console.log(
  JSON.stringify({
    mapping: {
      perSecond: Math.round(middle.ours),
      referencePerSecond: Math.round(middle.theirs),
      ratio: Number((middle.ours / middle.theirs).toFixed(1)),
      compileMicroseconds: Math.round(compileUs),
    },
  }),
)
