import { expect, test } from 'vitest'
import { type EchoContext, isEcho } from '#interpret/echo.ts'
import type { Json } from '#model/json.ts'

const SENT_AT = 1_000
const CONTEXT: EchoContext = {
  entity: 'person',
  sentFields: { givenName: 'Ana', email: 'ana@example.com' },
  sentAtMs: SENT_AT,
  reply: false,
}

type Seen = { v: Json; t: number } | undefined

test.each<[string, string, Json, Seen, Partial<EchoContext>, boolean]>([
  ['what we wrote', 'givenName', 'Ana', undefined, {}, true],
  ['what we wrote over something seen before', 'givenName', 'Ana', { v: 'Anna', t: SENT_AT - 1 }, {}, true],
  ['what we wrote, after something else was seen there', 'givenName', 'Ana', { v: 'Anna', t: SENT_AT + 1 }, {}, false],
  ['something else', 'givenName', 'Anna', undefined, {}, false],
  ['what we wrote, in the form of a vendor', 'email', 'ANA@Example.com', undefined, {}, true],
  ['a field that we never wrote', 'familyName', 'Silva', undefined, {}, false],
  ['a field that the model does not know', 'shoeSize', 5, undefined, { sentFields: { shoeSize: 5 } }, false],
  ['nothing was ever written', 'givenName', 'Ana', undefined, { sentFields: undefined }, false],
  ["the reply's rendering of what we wrote", 'givenName', 'ANA', undefined, { reply: true }, true],
  ["the reply's rendering where another value was", 'givenName', 'ANA', { v: 'Anna', t: 1 }, { reply: true }, true],
  ['an edit that the reply shows first', 'givenName', 'Bea', { v: 'Ana', t: 1 }, { reply: true }, false],
  ['a field of the reply that we did not write', 'familyName', 'Silva', undefined, { reply: true }, false],
])('%s', (_name, field, value, seen, context, echo) => {
  expect(isEcho(field, value, seen, { ...CONTEXT, ...context })).toBe(echo)
})
