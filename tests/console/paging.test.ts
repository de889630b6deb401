import { expect, it } from 'vitest'
import { startTestConsole } from './running-console.ts'
import { ACME, ANA, at, seedPerson } from './seed.ts'

const hub = await startTestConsole()
const admin = await hub.token('admin')
await seedPerson(hub.db)
const id = (number: number) => `0190a000-0000-7000-8000-00000000b00${number}`
const question = { kind: 'conflict', entity: 'person', left_id: ANA, right_id: ACME, evidence: '{}' } as const
await hub.db
  .insertInto('review')
  .values([
    { ...question, id: id(1) },
    { ...question, id: id(2), kind: 'possible', left_id: ACME, right_id: ANA },
    { ...question, id: id(3), kind: 'gone', entity: 'account' },
  ])
  .execute()
await hub.db
  .insertInto('audit')
  .values([1, 2, 3].map(number => ({ id: id(number), actor: 'ops', action: 'test', target: `${number}` })))
  .execute()
await hub.db
  .insertInto('refused_request')
  .values(
    [1, 2].map(number => ({
      id: id(number),
      system: 'crm',
      code: 'signature_invalid',
      method: 'POST',
      path: '',
      sealed: Buffer.from('{}'),
      key_id: 'none',
      received_at: at,
      body_bytes: 2,
      trace_id: 'a'.repeat(32),
    })),
  )
  .execute()
await hub.db
  .insertInto('remote_record')
  .values([
    { system: 'crm', object: 'contact', remote_id: 'c-2', golden_id: ANA },
    { system: 'erp', object: 'partner', remote_id: 'p-2', golden_id: ANA },
  ])
  .execute()

it.each([
  '/events',
  '/attempts',
  '/requests',
  '/refused-requests',
  '/golden-records',
  '/exports/person',
  '/deliveries',
  '/dead-letters',
  '/reviews',
  '/reviews?order=next',
  '/duplicates',
  '/audit',
])('%s is the same in pages of one', async path => {
  const page = async (query: string) =>
    (await hub.call(admin, 'GET', `/api/v1${path}${path.includes('?') ? '&' : '?'}${query}`)).json
  const { items: whole } = await page('limit=100')
  const seen: unknown[] = []
  let next: string | undefined
  do {
    const reply = await page(`limit=1${next === undefined ? '' : `&cursor=${next}`}`)
    seen.push(...reply.items)
    next = reply.next
  } while (next !== undefined && seen.length <= whole.length)
  expect(seen).toEqual(whole)
  expect(seen.length).toBeGreaterThan(path === '/exports/person' ? 0 : 1)
})
