import { describe, expect, test } from 'vitest'
import { type Change, compareDocument, documentOf, type RemoteView } from '#deliver/document.ts'
import type { JsonObject } from '#model/json.ts'

const remote = (view: Partial<RemoteView>): RemoteView => ({
  remoteId: '1',
  sent: undefined,
  vendorForm: undefined,
  lostEdit: false,
  ...view,
})

describe('what is sent of a document', () => {
  test.each<[string, JsonObject, RemoteView | undefined, Change]>([
    ['nothing there: all', { a: 1 }, undefined, { kind: 'create', changed: { a: 1 } }],
    [
      'as sent: nothing',
      { a: { x: 1, y: 2 } },
      remote({ sent: { a: { y: 2, x: 1 } } }),
      { kind: 'none', adopt: false },
    ],
    ['what differs', { a: 1, b: 3 }, remote({ sent: { a: 1, b: 2 } }), { kind: 'update', changed: { b: 3 } }],
    ['what is new', { a: 1, b: null }, remote({ sent: { a: 1 } }), { kind: 'update', changed: { b: null } }],
    ['what left, as null', { a: 1 }, remote({ sent: { a: 1, b: 2 } }), { kind: 'update', changed: { b: null } }],
    [
      'a member named constructor is a member',
      { constructor: 1 },
      remote({ sent: {} }),
      { kind: 'update', changed: { constructor: 1 } },
    ],
    [
      'over a lost edit: all',
      { a: 1 },
      remote({ sent: { a: 1 }, lostEdit: true }),
      { kind: 'update', changed: { a: 1 } },
    ],
    ['never sent, unseen: all', { a: 1 }, remote({}), { kind: 'update', changed: { a: 1 } }],
    [
      'never sent, as seen: adopted',
      { a: 1 },
      remote({ vendorForm: { a: 1, more: 2 } }),
      { kind: 'none', adopt: true },
    ],
    [
      'never sent, null over nothing: adopted',
      { a: null },
      remote({ vendorForm: { a: '' } }),
      { kind: 'none', adopt: true },
    ],
    [
      'never sent, otherwise seen',
      { a: 1, b: 2 },
      remote({ vendorForm: { a: 1, b: 3 } }),
      { kind: 'update', changed: { b: 2 } },
    ],
  ])('%s', (_name, document, view, change) => {
    expect(compareDocument(document, view)).toEqual(change)
  })

  test('what a mapping may give', () => {
    expect(documentOf(undefined)).toBeUndefined()
    expect(documentOf(null)).toBeUndefined()
    expect(documentOf([])).toBe('not_an_object')
    expect(documentOf('text')).toBe('not_an_object')
    expect(documentOf({})).toEqual({})
  })
})
