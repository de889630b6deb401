import { describe, expect, test } from 'vitest'
import { lastWrite } from '#deliver/decide/last-write.ts'
import { compileMapping } from '#mapping/mapping.ts'
import type { JsonObject } from '#model/json.ts'

const MAPPING = compileMapping(
  's/o.out',
  `{
    "mail": email,
    "name": givenName,
    "newsletter": $count(consents[channel = 'email' and purpose = 'newsletter' and status = 'granted']) > 0,
    "blocked": $exists(consents[status = 'denied']) ? true
  }`,
  { kind: 'outbound' },
)
const documentFrom = (fields: JsonObject): JsonObject | undefined => {
  const result = MAPPING.run(fields, { nowMs: 0, variables: {} })
  return result.ok ? (result.value as JsonObject) : undefined
}
const consent = (status: string) => ({ channel: 'email', purpose: 'newsletter', status })
const SENT = { mail: 'a@b.c', name: 'Ana', newsletter: true }
const last = (fields: JsonObject, sent: JsonObject = SENT) => lastWrite('person', fields, sent, documentFrom)

describe('the last write to a system that a golden record leaves', () => {
  test('carries what consent changes, and nothing else', () => {
    expect(last({ email: 'new@b.c', givenName: 'Anna', consents: [consent('denied')] })).toEqual({
      changed: { newsletter: false, blocked: true },
      document: { mail: 'a@b.c', name: 'Ana', newsletter: false, blocked: true },
      carries: ['consents'],
    })
  })

  test('a consent that is no longer known of is one too', () => {
    expect(last({ email: 'a@b.c', givenName: 'Ana' })).toMatchObject({ changed: { newsletter: false } })
  })

  test('a member that consent took away becomes null', () => {
    const sent = { ...SENT, newsletter: false, blocked: true }
    expect(last({ givenName: 'Ana', consents: [consent('granted')] }, sent)).toEqual({
      changed: { newsletter: true, blocked: null },
      document: { mail: 'a@b.c', name: 'Ana', newsletter: true },
      carries: ['consents'],
    })
  })

  test('a consent is told again where a write of unknown fate may have told another one', () => {
    const fields = { email: 'new@b.c', consents: [consent('granted')] }
    expect(lastWrite('person', fields, SENT, documentFrom, true)).toMatchObject({
      changed: { newsletter: true, blocked: null },
      document: SENT,
    })
  })

  test('where consent changes nothing there is none', () => {
    expect(last({ email: 'new@b.c', consents: [consent('granted')] })).toBeUndefined()
    expect(lastWrite('account', { name: 'Acme' }, {}, fields => fields)).toBeUndefined()
  })
})
