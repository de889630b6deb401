import { expect, test } from 'vitest'
import { countChanges, nodesOf } from '../../web/studio/values/nodes.ts'

const told = (after: unknown, before?: { value: unknown }) =>
  nodesOf(after, before).map(({ path, text, change, before: was }) =>
    [path, text, change, was].filter(part => part !== undefined).join(' '),
  )

test('a value is told member by member, lists by place', () => {
  expect(told({ person: { emails: [{ address: 'a@b.de' }], tags: [], note: '', born: null } })).toEqual([
    'person',
    'person.emails',
    'person.emails[0]',
    'person.emails[0].address a@b.de',
    'person.tags [ ]',
    'person.note ',
    'person.born null',
  ])
})

test('beside another value each member says what became of it', () => {
  const after = { same: 1, changed: 'new', grown: { a: 1, b: 2 }, list: [1] }
  const before = { value: { same: 1, changed: 'old', grown: { a: 1 }, gone: { x: 1 }, list: [1, 2] } }
  expect(told(after, before)).toEqual([
    'same 1',
    'changed new changed old',
    'grown',
    'grown.a 1',
    'grown.b 2 added',
    'list',
    'list[0] 1',
    'list[1] 2 removed',
    'gone removed',
    'gone.x 1 removed',
  ])
  expect(countChanges(nodesOf(after, before))).toBe(4)
})

test('a value that was an object and is none has changed as a whole', () => {
  expect(told({ a: 1 }, { value: { a: { b: 2 } } })).toEqual(['a 1 changed {"b":2}'])
  expect(told({ a: { b: 2 } }, { value: { a: 1 } })).toEqual(['a changed', 'a.b 2 added'])
})
