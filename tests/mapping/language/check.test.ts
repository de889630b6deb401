import { describe, expect, test } from 'vitest'
import { checkMapping, type MappingSide } from '#mapping/language/check.ts'
import { completionsAt } from '#mapping/language/completion.ts'
import { schemaOfSamples } from '#mapping/language/flow/source.ts'
import { readTable, type Table } from '#mapping/tables.ts'

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['mail'],
  properties: {
    mail: { type: 'string' },
    age: { type: ['number', 'null'] },
    stage: { enum: ['lead', 'gone'], type: 'string' },
    address: { type: 'object', additionalProperties: false, properties: { city: { type: 'string' } } },
    tels: { type: 'array', items: { $ref: '#/$defs/Tel' } },
  },
  $defs: {
    Tel: {
      type: 'object',
      additionalProperties: false,
      properties: { kind: { type: 'string' }, value: { type: 'string' } },
    },
  },
}

const inbound: MappingSide = { kind: 'inbound', schema }

/** `code line:column target` of each finding. */
const found = (source: string, side: MappingSide = inbound): string[] =>
  checkMapping(source, side).findings.map(
    ({ code, line, column, target }) => `${code} ${line}:${column}${target === undefined ? '' : ` ${target}`}`,
  )

describe('checks find', () => {
  test.each([
    ['a right mapping', '{"person": {"email": $email(mail), "score": age, "jobTitle": $blank(address.city)}}', []],
    ['what does not parse', '{"person": }', ['syntax 1:12']],
    ['a refused function', '{"person": {"score": $random()}}', ['syntax 1:29']],
    ['a field that the source does not have', '{"person": {"email": $email(mial)}}', ['unknown_field 1:29']],
    ['a field of a text', 'mail.city ? {}', ['unknown_field 1:6']],
    [
      'one behind a variable and a function',
      '($f := function($x) { $x.town }; $f(address) ? {})',
      ['unknown_field 1:26'],
    ],
    ['one in a filter of a list', '{"person": {"phone": tels[type = "m"][0].value}}', ['unknown_field 1:27']],
    [
      'a name that is not defined',
      '{"person": {"email": $mial}}',
      ['always_empty 1:13 person.email', 'unknown_name 1:22'],
    ],
    ['an argument of the wrong type', '{"person": {"email": $lowercase(1)}}', ['wrong_argument 1:32']],
    ['an operand of the wrong type', '{"person": {"score": mail + 1}}', ['wrong_operand 1:27']],
    ['a member that is there twice', '{"person": {"email": mail, "email": mail}}', ['duplicate_key 1:28']],
    ['an unknown entity', '{"human": {}}', ['unknown_target 1:2 human']],
    ['an unknown field of an entity', '{"person": {"mail": mail}}', ['unknown_target 1:13 person.mail']],
    ['one of a part of it', '{"person": {"address": {"town": "x"}}}', ['unknown_target 1:25 person.address.town']],
    ['the wrong type for a field', '{"person": {"email": 5}}', ['wrong_type 1:13 person.email']],
    ['what is sometimes of the wrong type', '{"person": {"email": age ? 5 : mail}}', []],
    ['a list where a text is expected', '{"person": {"email": age ? [mail] : mail}}', ['wrong_type 1:13 person.email']],
    ['an object where a list is expected', '{"person": {"tags": {"a": 1}}}', ['wrong_type 1:13 person.tags']],
    [
      'one or several where a list is expected',
      '{"person": {"phones": tels.{"number": value}}}',
      ['wrong_type 1:13 person.phones'],
    ],
    ['a word that is not one of the words', '{"person": {"role": "boss"}}', ['wrong_value 1:13 person.role']],
    ['words of the source that are not', '{"person": {"role": stage}}', ['wrong_value 1:13 person.role']],
    [
      'words looked up that are not',
      '{"person": {"role": $lookup({"lead": "x"}, stage)}}',
      ['wrong_value 1:13 person.role'],
    ],
    [
      'what must be there and is not',
      '{"person": {"consents": [{"channel": "email", "status": "granted"}]}}',
      ['missing_required 1:27 person.consents.purpose'],
    ],
    [
      'a link that is none',
      '{"person": {"account": {"$ref": {"id": mail}}}}',
      ['missing_required 1:34 person.account.$ref.object'],
    ],
    ['what is always null', '{"person": {"jobTitle": null}}', ['always_empty 1:13 person.jobTitle']],
    [
      'what never has a value',
      '{"person": {"jobTitle": $blank($nil)}}',
      ['always_empty 1:13 person.jobTitle', 'unknown_name 1:32'],
    ],
  ])('%s', (_what, source, expected) => {
    expect(found(source)).toEqual(expected)
  })

  test('what an outbound mapping reads of golden records', () => {
    const outbound: MappingSide = { kind: 'outbound', entity: 'person' }
    expect(found('{"Mail": email, "Boss": $links.account.remoteId, "Id": $id}', outbound)).toEqual([])
    expect(found('{"Mail": mail}', outbound)).toEqual(['always_empty 1:2 Mail', 'unknown_field 1:10'])
    expect(found('{"City": address.city}', { kind: 'outbound' })).toEqual([])
  })

  test('of samples, only what does not fit them, as a warning', () => {
    const samples = [
      { mail: 'a@b.c', site: false },
      { mail: 'd@e.f', tags: ['x'] },
    ]
    const source = '{"person": {"email": mail & 1, "jobTitle": site, "language": lang, "tags": tags}}'
    const open = checkMapping(source, { kind: 'inbound', schema: schemaOfSamples(samples, false), isSampled: true })
    expect(open.findings).toEqual([
      expect.objectContaining({ code: 'wrong_type', level: 'warning', target: 'person.jobTitle' }),
    ])
    const whole = checkMapping(source, { kind: 'inbound', schema: schemaOfSamples(samples, true) })
    expect(whole.findings.map(({ code, level }) => `${code} ${level}`)).toEqual([
      'wrong_type error',
      'always_empty warning',
      'unknown_field warning',
    ])
  })

  test('nothing where nothing is known', () => {
    const source = '{"person": {"tags": [$map(other, function($t) { $t })], "jobTitle": $match(other, /a/)[0].match}}'
    expect(found(source, { kind: 'inbound' })).toEqual([])
  })

  test('nothing that takes long, whatever it is given', () => {
    const calls = Array.from(
      { length: 30 },
      (_, index) => `$f${index + 1} := function($x) { $f${index}($x) & $f${index}($x) }`,
    )
    const startMs = performance.now()
    found(`($f0 := function($x) { $x }; ${calls.join('; ')}; $f30(mail))`)
    found(`($f := function($x) { ${Array.from({ length: 20 }, () => '$f($x)').join(' + ')} }; $f(1))`)
    expect(() => found(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`)).not.toThrow()
    expect(performance.now() - startMs).toBeLessThan(5000)
  })
})

test.each([
  ['{"person": {"email": $email(mail)}}', ['person.email <- mail']],
  ['{"person": {"email": age > 3 ? mail}}', ['person.email <- mail if age']],
  [
    '($a := address; {"person": {"address": {"addressLocality": $a.city}}})',
    ['person.address.addressLocality <- address.city'],
  ],
  ['{"person": {"phone": tels[kind = "m"][0].value}}', ['person.phone <- tels.value if tels.kind']],
  ['{"person": {"phones": [tels.{"value": value}]}}', ['person.phones.value <- tels.value']],
  ['{"person": {"tags": [$map(tels, function($t) { $t.kind })]}}', ['person.tags <- tels.kind']],
  [
    '{"person": {"score": $sum([age, 1]), "jobTitle": $remoteId}}',
    ['person.score <- age', 'person.jobTitle <- $remoteId'],
  ],
  ['tels@$t.{"person": {"phone": $t.value}}', ['person.phone <- tels.value']],
  [
    'address.{"person": {"email": %.mail, "jobTitle": city}}',
    ['person.email <- mail', 'person.jobTitle <- address.city'],
  ],
  ['{"person": {"extra": $}}', ['person.extra <- $']],
])('lineage of %s', (source, expected) => {
  const { lineage } = checkMapping(source, inbound)
  expect(
    lineage.map(
      ({ target, reads, decidedBy }) =>
        `${target} <- ${reads.join(', ')}${decidedBy.length === 0 ? '' : ` if ${decidedBy.join(', ')}`}`,
    ),
  ).toEqual(expected)
})

describe('what is looked up outside of the input', () => {
  const read = (text: string): Table => {
    const result = readTable(Buffer.from(text))
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return result.table
  }
  const tables = new Map([
    ['stages', read('code,stage\n1,lead\n2,customer\n')],
    ['words', read('code,stage\n1,lead\n2,nonsense\n')],
    ['owners', read('region,owner,mail\nnorth,u1,n@example.com\n')],
  ])
  const systems = { crm: ['contact', 'company'], helpdesk: ['user'] }
  const reasons = (source: string, side: MappingSide = { kind: 'inbound', systems }): string[] =>
    checkMapping(source, side, tables).findings.map(({ reason, line, column }) => `${reason} ${line}:${column}`)

  test.each([
    ['a table that is there', '{"person": {"lifecycleStage": $table("stages", code)}}', []],
    ['one that is not', '{"person": {"jobTitle": $table("stage", code)}}', ['M1014 1:32']],
    ['a name that is computed', '{"person": {"jobTitle": $table(name, code)}}', ['M1013 1:32']],
    ['a column that is there', '{"person": {"email": $table("owners", region).mail}}', []],
    [
      'a column with a slip',
      '{"person": {"email": $table("owners", region).mails}}',
      ['target_empty', 'field_misspelt'],
    ],
    [
      'a member of a value',
      '{"person": {"jobTitle": $table("stages", code).stage}}',
      ['target_empty', 'nothing_to_read'],
    ],
    ['a row where a text is due', '{"person": {"email": $table("owners", region)}}', ['kind_wrong']],
    ['values that are no words of the model', '{"person": {"lifecycleStage": $table("words", code)}}', ['word_wrong']],
    ['a system and its object', '{"person": {"@externalId": $xref("crm", "contact", id)}}', []],
    ['a system that is not there', '{"person": {"@externalId": $xref("billing", "contact", id)}}', ['system_unknown']],
    ['a system with a slip', '{"person": {"@externalId": $xref("helpdeks", "user", id)}}', ['system_misspelt']],
    [
      'an object that nothing reads or writes',
      '{"person": {"@externalId": $xref("crm", "deal", id)}}',
      ['object_unknown'],
    ],
    ['an object with a slip', '{"person": {"@externalId": $xref("crm", "contcat", id)}}', ['object_misspelt']],
  ])('%s', (_, source, expected) => {
    const said = reasons(source)
    expect(said).toHaveLength(expected.length)
    for (const one of expected) expect(said.join()).toContain(one)
  })

  test('a row is made of what its key is made of', () => {
    const { lineage } = checkMapping(
      '{"person": {"email": $table("owners", area.code).mail}}',
      { kind: 'inbound' },
      tables,
    )
    expect(lineage).toMatchObject([{ target: 'person.email', reads: ['area.code'] }])
  })

  test('where systems are not known their names are not checked', () => {
    expect(reasons('{"person": {"@externalId": $xref("billing", "contact", id)}}', { kind: 'inbound' })).toEqual([])
  })

  test.each([
    ['{"a": $table("|', ['stages', 'words', 'owners']],
    ['{"a": $table("owners", "|', ['north']],
    ['{"a": $table("owners", region).|', ['owner', 'mail']],
    ["{'a': $xref('|", ['crm', 'helpdesk']],
    ['{"a": $xref("crm", "con|', ['contact', 'company']],
    ['{"a": $xref("nobody", "|', []],
  ])('completion in %s', (marked, expected) => {
    const position = marked.indexOf('|')
    const { options } = completionsAt(marked.replace('|', ''), position, { kind: 'outbound', systems }, tables)
    expect(options.map(option => option.label)).toEqual(expected)
  })
})
