import { expect, test } from 'vitest'
import { goldenKeys, type KeyPolicy } from '#resolve/golden.ts'
import type { Source } from '#resolve/rows.ts'

const POLICY: KeyPolicy = {
  defaultCountry: 'CN',
  blocked: () => false,
  keyLimits: { keysPerRecordMax: 50, keyCharsMax: 200 },
}

const contact = (remoteId: string, email: string, more: Partial<Source> = {}): Source => ({
  system: 'crm',
  object: 'contact',
  remoteId,
  entity: 'person',
  fields: { email: { v: email, t: 1, e: 'e' } },
  tombstone: false,
  alias: false,
  ...more,
})

const mails = (...sources: Source[]) => goldenKeys(sources, POLICY).map(({ value }) => value)

test('a customer is known by what its living records say', () => {
  expect(mails(contact('1', 'a@x.org'), contact('2', 'b@x.org', { tombstone: true }))).toEqual(['a@x.org'])
})

test('and by what was said of a record that its vendor merged into another: they are one customer', () => {
  const merged = contact('2', 'b@x.org', { tombstone: true, alias: true })
  expect(mails(contact('1', 'a@x.org'), merged)).toEqual(['a@x.org', 'b@x.org'])
})

test('and where no living record names a key, by what the deleted ones named', () => {
  expect(mails(contact('1', 'a@x.org', { tombstone: true }))).toEqual(['a@x.org'])
})
