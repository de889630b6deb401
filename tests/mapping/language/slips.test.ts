import { expect, test } from 'vitest'
import { checkMapping } from '#mapping/language/check.ts'

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    first: { type: 'string' },
    last: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
  },
}

/** What is said of a mapping of one field, each with its place. */
const said = (source: string): string[] =>
  checkMapping(source, { kind: 'inbound', schema }).findings.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  )

test.each([
  ['{"person": {"fullName": first && last}}', '1:31 && cannot stand here: write and'],
  ['{"person": {"fullName": (first || last)}}', '1:32 || cannot stand here: write or'],
  ['{"person": {"fullName": first == "x"}}', '1:31 == cannot stand here: write ='],
  ['{"person": {"fullName": first === "x"}}', '1:31 === cannot stand here: write ='],
  ['{"person": {"fullName": first <> "x"}}', '1:31 <> cannot stand here: write !='],
  ['{"person": {"fullName": !first}}', '1:25 ! cannot stand here: write $not( … )'],
  ['{"person": {"fullName": $map(tags, $x => $x)}}', '1:39 => cannot stand here: write function($x){ … }'],
  [
    '{"person": {"fullName": if (first) then last}}',
    '1:25 if (first) then cannot stand here: write condition ? one : other',
  ],
  ['{"person": {"fullName": first; "email": last}}', '1:30 ; cannot stand here: write ,'],
  ['{"person": {"fullName": first "email": last}}', '1:31 a comma is missing before "email"'],
  ['{"person": {\n  "fullName": first,\n}}', '2:20 there is a comma too many before }'],
  ['{"person": {"fullName": [first, ]}}', '1:31 there is a comma too many before ]'],
  ['// a note\n{"person": {"fullName": first}}', '1:1 a comment stands between /* and */'],
  ['{"person": {"fullName": \'first}}', "1:25 ' of line 1, column 25 is never closed: its ' is missing"],
  ['/* "a */ {"person": {"fullName": "first}}', '1:34 " of line 1, column 34 is never closed: its " is missing'],
  ['{"person": {"fullName": `first}}', '1:25 ` of line 1, column 25 is never closed: its ` is missing'],
  ['{"person": /* a note\n{"fullName": first}}', '1:12 /* of line 1, column 12 is never closed: its */ is missing'],
  ['{"person": {"fullName": $match(first, /[a-z]+)}}', '1:39 / of line 1, column 39 is never closed: its / is missing'],
  ['{"person": {\n  "fullName": first\n}', '1:1 { of line 1, column 1 is never closed: its } is missing'],
  ['{"person": {\n  "fullName": $uppercase(\n', '2:25 ( of line 2, column 25 is never closed: its ) is missing'],
  ['{"person": {\n  "fullName": tags[$ = "a"', '2:19 [ of line 2, column 19 is never closed: its ] is missing'],
  ['{"person": {"fullName": ', '1:12 { of line 1, column 12 is never closed: its } is missing'],
  ['{"person": {"fullName": "(" & first', '1:12 { of line 1, column 12 is never closed: its } is missing'],
  [
    '{"person": {"fullName": $substring(first, 0}}',
    '1:44 } cannot stand here: ( of line 1, column 35 is open, and ) closes it',
  ],
  [
    '{"person": {\n  "fullName": [(first / 2, last)]}}',
    '2:26 , cannot stand here: ( of line 2, column 16 is open, and ) closes it',
  ],
  ['{"person": {"fullName": first}}}', '1:32 } closes nothing: no { is open here'],
  ['{"person": {"fullName": }}', '1:25 a value is missing before }'],
  ['{"person": {“fullName”: first}}', '1:13 “fullName” is a name: texts stand in straight quotes, as in "a"'],
  [
    '{"person": {"fullName": $uppercas(first)}}',
    '1:25 $uppercas is not defined: it is always nothing. Did you mean $uppercase?',
  ],
  [
    '{"person": {"fullName": uppercase(first)}}',
    '1:25 "uppercase" is a field here, and cannot be called. Did you mean $uppercase?',
  ],
  ['($name = first; {"person": {"fullName": $name}})', '1:8 = compares: to give $name a value, write $name := …'],
  ['{"person": {"fullName": first + " " + last}}', '1:31 + adds numbers; this is a string: & joins texts'],
  [
    '{"person": {"fullName": fisrt}}',
    '1:25 "fisrt" is not known here (fisrt): it is always nothing. Did you mean "first"?',
  ],
  ['{"person": {"fulName": first}}', '1:13 "fulName" is no field of person. Did you mean "fullName"?'],
  ['{"person": {"fullName": $uppercase(null)}}', '1:35 argument 1 of $uppercase must be a string'],
  ['{"person": {"fullName" first}}', '1:29 Expected ":", got "first"'],
])('%s', (source, expected) => {
  expect(said(source)).toContain(expected)
})
