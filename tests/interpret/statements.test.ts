import { describe, expect, test } from 'vitest'
import { readStatements } from '#interpret/statements.ts'
import type { Json } from '#model/json.ts'

const AT = Date.UTC(2026, 0, 2)
const CONTEXT = { system: 'crm', object: 'contact', remoteId: '7', atMs: AT, receivedAtMs: AT + 1_000, eventId: 'e1' }

function read(value: Json | undefined, more: Partial<Parameters<typeof readStatements>[1]> = {}) {
  const result = readStatements(value, { ...CONTEXT, ...more })
  return result.ok
    ? result.statements.map(
        ({ entity, object, remoteId, atMs, main }) =>
          `${entity} ${object} ${remoteId} ${atMs - AT}${main ? ' main' : ''}`,
      )
    : `${result.path}: ${result.message}`
}

describe('what a mapping says', () => {
  test.each<[string, Json | undefined, string[]]>([
    ['nothing', undefined, []],
    ['null', null, []],
    ['an empty object', {}, []],
    ['null for an entity', { person: null }, []],
    ['one record, by the event', { person: { email: 'a' } }, ['person contact 7 0 main']],
    [
      'a second entity stands beside it',
      { person: {}, interaction: {} },
      ['person contact 7 0 main', 'interaction contact/interaction 7 0'],
    ],
    ['an id of its own', { person: { '@id': 'x' } }, ['person contact x 0 main']],
    ['a number as id', { person: { '@id': 12 } }, ['person contact 12 0 main']],
    [
      'an object of its own',
      { person: {}, account: { '@object': 'company', '@id': 'c' } },
      ['person contact 7 0 main', 'account company c 0'],
    ],
    ['a time of its own', { person: { '@at': '2026-01-01T00:00:00Z' } }, ['person contact 7 -86400000 main']],
    [
      'a time after the receipt is the receipt',
      { person: { '@at': '2099-01-01T00:00:00Z' } },
      ['person contact 7 1000 main'],
    ],
    ['many', { person: [{ '@id': 1 }, { '@id': 2 }] }, ['person contact 1 0 main', 'person contact/person 2 0']],
    ['NUL and half a character in an id', { person: { '@id': 'a\0\ud800' } }, ['person contact a\uFFFD\uFFFD 0 main']],
  ])('%s', (_name, value, statements) => {
    expect(read(value)).toEqual(statements)
  })

  test('without an id of the event the record is named after the event', () => {
    expect(read({ person: {} }, { remoteId: undefined })).toEqual(['person contact e1 0 main'])
  })

  test.each<[string, Json, RegExp]>([
    ['a list', [], /^: expected an object/],
    ['a text', 'person', /^: expected an object/],
    ['no entity', { customer: {} }, /^customer: "customer" is not an entity/],
    ['a name of JavaScript', { constructor: {} }, /^constructor: "constructor" is not an entity/],
    ['a text as record', { person: 'Ana' }, /^person: expected an object of canonical fields/],
    ['one of many', { person: [{}, 5] }, /^person\[1\]: expected an object/],
    ['an empty id', { person: { '@id': '' } }, /^person\.@id: expected/],
    ['an id that is a list', { person: { '@id': [] } }, /^person\.@id: expected/],
    ['an id that is too long', { person: { '@id': 'x'.repeat(1_001) } }, /^person\.@id: expected/],
    ['an object that is none', { person: { '@object': 5 } }, /^person\.@object: expected a text/],
    ['an object that is too long', { person: { '@object': 'x'.repeat(201) } }, /^person\.@object: expected a text/],
    ['no time', { person: { '@at': 'soon' } }, /^person\.@at: expected an RFC 3339 time/],
    [
      'a time before all time',
      { person: { '@at': '-271821-04-20T00:00:00Z' } },
      /^person\.@at: expected an RFC 3339 time/,
    ],
    [
      'a link to what can be no id',
      { person: { account: { $ref: { object: 'company', id: 'x'.repeat(1_001) } } } },
      /^person\.account: expected a link/,
    ],
  ])('%s is told with its place', (_name, value, message) => {
    expect(read(value)).toMatch(message)
  })
})
