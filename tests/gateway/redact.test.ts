import { expect, test } from 'vitest'
import type { RawRequest } from '#connector/kit.ts'
import { redactRequest } from '#gateway/redact.ts'

const NONE = { headers: [], query: [], path: false }

test.each<[string, Partial<RawRequest>, Parameters<typeof redactRequest>[1], ReturnType<typeof redactRequest>]>([
  ['nothing to hide', { headers: { a: '1' }, path: '/x' }, NONE, { headers: { a: '1' }, path: '/x' }],
  [
    'always these',
    {
      headers: {
        authorization: 'b',
        cookie: 'c',
        'x-api-key': 'd',
        'proxy-authorization': 'e',
        'x-auth-token': 'f',
        a: '1',
      },
    },
    NONE,
    {
      headers: {
        authorization: '[removed]',
        cookie: '[removed]',
        'x-api-key': '[removed]',
        'proxy-authorization': '[removed]',
        'x-auth-token': '[removed]',
        a: '1',
      },
      path: '',
    },
  ],
  [
    'what the connector names, in any case',
    { headers: { 'x-token': 's' } },
    { ...NONE, headers: ['X-Token'] },
    { headers: { 'x-token': '[removed]' }, path: '' },
  ],
  ['a token in the path', { path: '/secret' }, { ...NONE, path: true }, { headers: {}, path: '/[removed]' }],
  [
    'a token in the query',
    { query: new URLSearchParams('t=s&a=1') },
    { ...NONE, query: ['t'] },
    { headers: {}, path: '?t=%5Bremoved%5D&a=1' },
  ],
  [
    'a repeated one',
    { query: new URLSearchParams('t=s&t=u') },
    { ...NONE, query: ['t'] },
    { headers: {}, path: '?t=%5Bremoved%5D' },
  ],
  [
    'the page that the form was on, which may carry it too',
    { headers: { referer: 'https://a/?t=s' } },
    NONE,
    { headers: {}, path: '' },
  ],
])('%s', (_name, request, rules, expected) => {
  const raw = {
    method: 'POST',
    path: '',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
    publicUrl: '',
    remoteAddress: '',
    ...request,
  }
  expect(redactRequest(raw, rules)).toEqual(expected)
})
