import busboy from 'busboy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody, type BodyResult } from '#connector/body/body.ts'
import type { Json } from '#model/json.ts'

const LIMITS = { nestingMax: 50 }
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const parse = (text: string | Uint8Array, type: string | undefined = JSON_TYPE) =>
  parseBody(typeof text === 'string' ? Buffer.from(text) : text, type, LIMITS)

function valueOf(result: BodyResult): Json {
  if (!result.ok) throw new Error(result.message)
  return result.value
}

const notesOf = (result: BodyResult) => (result.ok ? result.notes.map(n => `${n.code} ${n.path}`) : [])

describe('JSON', () => {
  it('equals JSON.parse for any well-formed value', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary', maxDepth: 6 }), text => {
        const result = parse(text)
        // Escaped NUL, surrogates and long digits differ on purpose; they have tests of their own.
        fc.pre(result.ok && result.notes.length === 0)
        expect(valueOf(result)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('accepts and refuses exactly what JSON.parse accepts and refuses', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      '-',
      '.5',
      'e9',
      '0',
      'true',
      'null',
      ' ',
      '\\',
      '\\u00',
      'a',
      '\n',
      '\t',
    )
    const mutated = fc.tuple(fc.json(), fc.nat(), fc.nat(4), fragment).map(([text, at, cut, insert]) => {
      const i = at % (text.length + 1)
      return text.slice(0, i) + insert + text.slice(i + cut)
    })
    fc.assert(
      fc.property(
        fc.oneof(
          mutated,
          fc.array(fragment, { maxLength: 12 }).map(parts => parts.join('')),
        ),
        text => {
          let expected: { value: unknown } | undefined
          try {
            expected = { value: JSON.parse(text) }
          } catch {
            expected = undefined
          }
          const result = parse(text)
          expect(result.ok).toBe(expected !== undefined)
          if (result.ok && result.notes.length === 0) expect(result.value).toEqual(expected?.value)
          if (!result.ok) expect(result.position).toBeTypeOf('number')
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('makes integers beyond 2^53 strings, digit by digit, and notes them', () => {
    const result = parse(
      '{"id":9007199254740993,"ok":9007199254740991,"neg":-90071992547409930,"list":[12345678901234567890]}',
    )
    expect(valueOf(result)).toEqual({
      id: '9007199254740993',
      ok: 9007199254740991,
      neg: '-90071992547409930',
      list: ['12345678901234567890'],
    })
    expect(notesOf(result)).toEqual(['big_integer id', 'big_integer neg', 'big_integer list[0]'])
  })

  it('leaves long digits inside strings and fractions alone, and never yields Infinity', () => {
    expect(parse('{"a":"12345678901234567890","b":0.123456789012345}')).toEqual({
      ok: true,
      value: { a: '12345678901234567890', b: 0.123456789012345 },
      notes: [],
    })
    expect(valueOf(parse('[1e400,-1e400,1e3]'))).toEqual(['1e400', '-1e400', 1000])
  })

  it('replaces NUL and lone surrogates in values and names, and keeps pairs', () => {
    const result = parse(String.raw`{"a":"x\u0000y","b":"\ud800","c":"\ud83d\ude00","k\u0000":1}`)
    expect(valueOf(result)).toEqual({ a: 'x\uFFFDy', b: '\uFFFD', c: '😀', 'k\uFFFD': 1 })
    expect(notesOf(result)).toContain('nul_replaced a')
    expect(notesOf(result)).toContain('surrogate_replaced b')
    expect(notesOf(result)).toHaveLength(3)
  })

  it('replaces invalid UTF-8 and notes it', () => {
    const result = parse(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]))
    expect(valueOf(result)).toEqual({ a: '\uFFFD\uFFFD' })
    expect(notesOf(result)).toEqual(['invalid_utf8 '])
  })

  it('lets the last duplicate key win and notes each, also behind escapes', () => {
    const result = parse(String.raw`{"a":1,"b":{"x":1,"x":2},"\u0061":3}`)
    expect(valueOf(result)).toEqual({ a: 3, b: { x: 2 } })
    expect(notesOf(result)).toEqual(['duplicate_key b.x', 'duplicate_key a'])
  })

  it.each([
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    '{"__proto__":{"polluted":1},"a":1,"a":2}',
  ])('keeps prototype keys as data: %s', text => {
    const value = valueOf(parse(text))
    expect(Object.hasOwn(value as object, '__proto__')).toBe(true)
    expect(JSON.stringify(value)).toContain('"__proto__":{"polluted":1}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('refuses deep nesting, valid or not, without a stack overflow', () => {
    expect(parse('['.repeat(50) + ']'.repeat(50)).ok).toBe(true)
    expect(parse('['.repeat(51) + ']'.repeat(51))).toMatchObject({ ok: false, code: 'too_deep' })
    expect(parse('[{"a":'.repeat(500_000))).toMatchObject({ ok: false, code: 'too_deep' })
  })

  it('takes a 10 MB string, plain or full of escapes, in linear time', () => {
    const started = performance.now()
    expect(valueOf(parse(`{"a":"${'x'.repeat(10_000_000)}"}`))).toEqual({ a: 'x'.repeat(10_000_000) })
    expect(parse(`{"a":"${String.raw`\"\\`.repeat(1_000_000)}","b":"\\u0000"}`).ok).toBe(true)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('says where a mistake is and repeats nothing of the body', () => {
    const result = parse('{"email":"ana@example.com","x":tru}')
    expect(result).toMatchObject({ ok: false, code: 'malformed', position: 31 })
    expect(JSON.stringify(result)).not.toContain('ana@')
  })

  it('limits the list of notes', () => {
    const result = parse(`[${'9007199254740993,'.repeat(500)}1]`)
    expect(notesOf(result)).toHaveLength(101)
    expect(notesOf(result).at(-1)).toBe('more ')
  })

  it('reads text/plain and a missing type by the first character, and refuses other types', () => {
    expect(valueOf(parse('\uFEFF {"a":1}', 'text/plain;charset=UTF-8'))).toEqual({ a: 1 })
    expect(valueOf(parseBody(Buffer.from('a=1'), undefined, LIMITS))).toEqual({ a: '1' })
    expect(parse('x', 'image/png')).toMatchObject({ ok: false, code: 'unsupported_type' })
    expect(parse('', JSON_TYPE)).toMatchObject({ ok: false, code: 'malformed', position: 0 })
  })

  it('decodes a declared charset', () => {
    const gbk = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xd5, 0xc5, 0x22, 0x7d])
    expect(valueOf(parse(gbk, 'application/json; charset=GBK'))).toEqual({ a: '张' })
  })
})

describe('HTML forms', () => {
  it('follows the WHATWG rules: plus, percent, repeated names, blanks', () => {
    expect(valueOf(parse('a=x+y%2B&tag=1&tag=2&tag=3&empty=&%E5%90%8D=%E5%BC%A0&bare', FORM_TYPE))).toEqual({
      a: 'x y+',
      tag: ['1', '2', '3'],
      empty: '',
      名: '张',
      bare: '',
    })
  })

  it('notes bytes that are no UTF-8, and NUL; keeps prototype names as data', () => {
    const result = parse('a=%FF&b=x%00&__proto__=1&c=%EF%BF', FORM_TYPE)
    expect(JSON.stringify(valueOf(result))).toBe('{"a":"\uFFFD","b":"x\uFFFD","__proto__":"1","c":"\uFFFD"}')
    expect(notesOf(result)).toEqual(['invalid_utf8 a', 'nul_replaced b', 'invalid_utf8 c'])
    expect(parseBody(Buffer.from('a&'.repeat(11)), FORM_TYPE, { nestingMax: 5, fieldsMax: 10 })).toMatchObject({
      ok: false,
      code: 'too_many',
    })
  })

  it('round-trips any fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' })), fields => {
        const result = parse(new URLSearchParams(fields).toString(), FORM_TYPE)
        const clean = (text: string) => text.replaceAll('\0', '\uFFFD').toWellFormed()
        const expected = Object.fromEntries(Object.entries(fields).map(([k, v]) => [clean(k), clean(v)]))
        if (Object.keys(expected).length === Object.keys(fields).length) expect(valueOf(result)).toEqual(expected)
      }),
    )
  })
})

/** Encodes with the platform's own FormData, so that the reader is tested against a real sender. */
async function multipart(fill: (form: FormData) => void): Promise<{ body: Buffer; type: string }> {
  const form = new FormData()
  fill(form)
  const response = new Response(form)
  return { body: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') ?? '' }
}

/** The same form as busboy reads it: an independent oracle for names and values. */
function byBusboy(body: Buffer, type: string): Promise<[string, string][]> {
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = []
    const parser = busboy({ headers: { 'content-type': type } })
    parser.on('field', (name, value) => fields.push([name, value]))
    parser.on('file', (_, stream) => stream.resume())
    parser.on('error', reject)
    parser.on('close', () => resolve(fields))
    parser.end(body)
  })
}

describe('multipart', () => {
  it('reads fields and keeps only name, type and size of files', async () => {
    const { body, type } = await multipart(form => {
      form.append('name', 'Ana "quoted" 张')
      form.append('tag', 'a')
      form.append('tag', 'b')
      form.append('message', 'line\r\n--not-a-boundary\r\n')
      form.append('cv', new Blob(['hello'], { type: 'application/pdf' }), 'my "cv".pdf')
    })
    const result = parse(body, type)
    expect(valueOf(result)).toEqual({
      name: 'Ana "quoted" 张',
      tag: ['a', 'b'],
      message: 'line\r\n--not-a-boundary\r\n',
      cv: { filename: 'my "cv".pdf', type: 'application/pdf', size: 5 },
    })
    expect(notesOf(result)).toEqual(['file_dropped cv'])
  })

  it('agrees with busboy on any fields', async () => {
    const name = fc.string({ minLength: 1, maxLength: 12 }).filter(text => /^[^"\\%;=\r\n]+$/.test(text))
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme' })), { selector: f => f[0], maxLength: 6 }),
        async fields => {
          fc.pre(fields.length > 0)
          const { body, type } = await multipart(form => fields.forEach(([k, v]) => form.append(k, v)))
          const oracle = await byBusboy(body, type)
          const clean = oracle.map(([k, v]) => [k, v.replaceAll('\0', '\uFFFD')])
          expect(valueOf(parse(body, type))).toEqual(Object.fromEntries(clean))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('refuses truncated and malformed forms, and too many fields, at any cut', async () => {
    const { body, type } = await multipart(form => {
      form.append('a', '1')
      form.append('b', '2')
    })
    const closing = body.lastIndexOf('--')
    for (let cut = 0; cut < closing; cut++) expect(parse(body.subarray(0, cut), type).ok, `cut at ${cut}`).toBe(false)
    expect(parse(body, 'multipart/form-data')).toMatchObject({ ok: false, code: 'malformed' })
    expect(parseBody(body, type, { nestingMax: 5, fieldsMax: 1 })).toMatchObject({ ok: false, code: 'too_many' })
    fc.assert(fc.property(fc.uint8Array(), bytes => void parse(bytes, 'multipart/form-data; boundary=x')))
  })
})

describe('XML', () => {
  it('keeps attributes, repeats, CDATA, mixed text, and makes no numbers', () => {
    const xml = `<?xml version="1.0"?><order id="007" a:b="&lt;&#233;"><!-- no --><item>1</item><item> 2 </item><empty/><note><![CDATA[<b>&amp;</b>]]></note>x &amp; y</order>`
    expect(valueOf(parse(xml, 'application/xml'))).toEqual({
      order: { '@id': '007', '@a:b': '<é', item: ['1', '2'], empty: '', note: '<b>&amp;</b>', '#text': 'x & y' },
    })
  })

  it('refuses document types and leaves unknown entities alone', () => {
    expect(parse('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 'text/xml')).toMatchObject({
      ok: false,
      code: 'malformed',
    })
    expect(valueOf(parse('<x><![CDATA[<!DOCTYPE]]>&nbsp;</x>', 'text/xml'))).toEqual({ x: '<!DOCTYPE&nbsp;' })
  })

  it('keeps prototype names as data', () => {
    const value = valueOf(parse('<x><__proto__ polluted="1">2</__proto__><constructor prototype="3"/></x>', 'text/xml'))
    expect(JSON.stringify(value)).toBe(
      '{"x":{"__proto__":{"@polluted":"1","#text":"2"},"constructor":{"@prototype":"3"}}}',
    )
    expect(valueOf(parse('<x __proto__="1" constructor="2"/>', 'text/xml'))).toEqual({
      x: { '@__proto__': '1', '@constructor': '2' },
    })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('says where a mistake is, limits nesting, cleans characters', () => {
    expect(parse('<a>\n<b></a>', 'text/xml')).toMatchObject({ ok: false, code: 'malformed' })
    expect(parse('<a>'.repeat(60) + '</a>'.repeat(60), 'text/xml')).toMatchObject({ ok: false, code: 'too_deep' })
    const result = parse('<a>&#0;&#xD800;</a>', 'text/xml')
    expect(valueOf(result)).toEqual({ a: '\uFFFD\uFFFD' })
    expect(notesOf(result)).toEqual(['nul_replaced a', 'surrogate_replaced a'])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', '&', ';', '!', '[', ']', '-', '?', ' ') }),
        text => void parse(text, 'text/xml'),
      ),
    )
  })
})
