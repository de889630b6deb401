import { expect, test } from 'vitest'
import { storedJson, storedText } from '#store/stored-json.ts'

test.each<[string, unknown, unknown]>([
  ['plain', { a: 'b', n: [1, null] }, { a: 'b', n: [1, null] }],
  ['NUL in a value and a name', { 'k\0': 'a\0\0b' }, { 'k\uFFFD': 'a\uFFFD\uFFFDb' }],
  ['halves of characters', ['\ud800', 'a\udfff!', '\udc00\ud800'], ['\uFFFD', 'a\uFFFD!', '\uFFFD\uFFFD']],
  ['whole characters', '👩‍👩‍👧 李', '👩‍👩‍👧 李'],
  ['a backslash before u0000 is no NUL', String.raw`\u0000 \\u0000 \ud800`, String.raw`\u0000 \\u0000 \ud800`],
  ['a backslash and then a NUL', '\\\0', '\\\uFFFD'],
  ['other escapes', '\u0001\n"\t', '\u0001\n"\t'],
])('%s', (_name, value, stored) => {
  expect(JSON.parse(storedJson(value))).toEqual(stored)
})

test('a text of its own', () => {
  expect(storedText('a\0\ud800👧')).toBe('a\uFFFD\uFFFD👧')
})
