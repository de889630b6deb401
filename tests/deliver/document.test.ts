import { describe, expect, test } from 'vitest'
import { type Change, compareDocument, documentOf, type RemoteView } from '#deliver/decide/document.ts'
import type { JsonObject } from '#model/json.ts'

const remote = (view: Partial<RemoteView>): RemoteView => ({
  sent: undefined,
  isOpen: false,
  open: [],
  seen: undefined,
  vendorForm: undefined,
  lost: undefined,
  before: undefined,
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
    [
      'what left: nothing, it keeps what it has',
      { a: 1 },
      remote({ sent: { a: 1, b: 2 } }),
      { kind: 'none', adopt: true },
    ],
    [
      'a member named constructor is a member',
      { constructor: 1 },
      remote({ sent: {} }),
      { kind: 'update', changed: { constructor: 1 } },
    ],
    [
      'over a lost edit: what it changed',
      { a: 1, b: 2 },
      remote({ sent: { a: 1, b: 2 }, lost: { a: 9, b: 2 } }),
      { kind: 'update', changed: { a: 1 } },
    ],
    [
      'where the system made the change itself: nothing, and that counts as sent',
      { a: 2, b: 2 },
      remote({ sent: { a: 1, b: 2 }, before: { a: 1, b: 2 } }),
      { kind: 'none', adopt: true },
    ],
    [
      'where it made one of two changes: the other',
      { a: 2, b: 3 },
      remote({ sent: { a: 1, b: 2 }, before: { a: 1, b: 3 } }),
      { kind: 'update', changed: { b: 3 } },
    ],
    [
      'where the mapping changed beside its own change: all that differs',
      { a: 'TWO' },
      remote({ sent: { a: 1 }, before: { a: 'ONE' } }),
      { kind: 'update', changed: { a: 'TWO' } },
    ],
    [
      'after a write that may or may not have arrived: all',
      { a: 1 },
      remote({ sent: { a: 1, b: 2 }, isOpen: true }),
      { kind: 'update', changed: { a: 1 } },
    ],
    [
      'never acknowledged, seen, but a first write that may have arrived says something else: that',
      { a: 1, b: 2 },
      remote({ seen: { a: 1, b: 2 }, isOpen: true, open: [{ a: 9, b: 2 }] }),
      { kind: 'update', changed: { a: 1 } },
    ],
    [
      'never sent, to be emptied, and the last report told of another member only: that',
      { a: null },
      remote({ seen: { a: 1, b: 2 }, vendorForm: { b: 2 } }),
      { kind: 'update', changed: { a: null } },
    ],
    ['never sent, unseen: all', { a: 1 }, remote({}), { kind: 'update', changed: { a: 1 } }],
    ['never sent, as seen: adopted', { a: 1 }, remote({ seen: { a: 1, more: 2 } }), { kind: 'none', adopt: true }],
    ['never sent, null over nothing: adopted', { a: null }, remote({ seen: {} }), { kind: 'none', adopt: true }],
    [
      'never sent, not mapped inbound, but shown by the vendor under its own name: adopted',
      { a: 1, b: 2 },
      remote({ seen: { a: 1 }, vendorForm: { b: 2 } }),
      { kind: 'none', adopt: true },
    ],
    [
      'never sent, otherwise seen',
      { a: 1, b: 2 },
      remote({ seen: { a: 1, b: 3 } }),
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
