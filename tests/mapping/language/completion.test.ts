import { expect, test } from 'vitest'
import { completionsAt } from '#mapping/language/completion.ts'
import type { MappingSide } from '#mapping/language/check.ts'

const side: MappingSide = {
  kind: 'inbound',
  schema: {
    type: 'object',
    properties: {
      mail: { type: 'string' },
      tels: {
        type: 'array',
        items: { type: 'object', properties: { kind: { type: 'string' }, value: { type: 'string' } } },
      },
    },
  },
}

/** Labels at the `|` of a source. */
function labels(marked: string, of: MappingSide = side): readonly string[] {
  const position = marked.indexOf('|')
  return completionsAt(marked.replace('|', ''), position, of).options.map(option => option.label)
}

test.each([
  ['{"person": {"email": |}}', ['mail', 'tels']],
  ['{"person": {"email": $email(ma|)}}', ['mail', 'tels']],
  ['{"person": {"phone": tels[kind = "m"].|}}', ['kind', 'value']],
  ['{"person": {"phone": tels[|', ['kind', 'value']],
  ['($t := tels; {"person": {"phone": $t.va|', ['kind', 'value']],
  ['{"person": {"phone": $map(tels, function($t) { $t.|', ['kind', 'value']],
  ['mail.|', []],
  ['{"person": {"address": {"postal|', ['streetAddress', 'addressLocality', 'district', 'addressRegion', 'postalCode']],
  ['{"person": {"consents": [{"channel": "email", "|', ['channel', 'purpose', 'status', 'at']],
])('%s', (source, expected) => {
  expect(labels(source)).toEqual(expect.arrayContaining(expected))
})

test('entities and fields of the target as keys, functions and variables behind a dollar', () => {
  expect(labels('{"|')).toEqual(expect.arrayContaining(['person', 'account', 'ticket']))
  expect(labels('{"person": {"|')).toEqual(expect.arrayContaining(['email', 'givenName']))
  expect(labels('{"person": {"email": "|')).toEqual([])
  expect(labels('($given := 1; $|')).toEqual(expect.arrayContaining(['$given', '$remoteId', '$email', '$lowercase']))
  expect(labels('{"Mail": |', { kind: 'outbound', entity: 'person' })).toEqual(
    expect.arrayContaining(['email', 'jobTitle']),
  )
  expect(completionsAt('{"a": tel', 9, side).from).toBe(6)
})
