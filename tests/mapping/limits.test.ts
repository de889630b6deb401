import { describe, expect, test } from 'vitest'
import type { MappingResult } from '#mapping/mapping.ts'
import { compileMapping, MappingSyntaxError } from '#mapping/mapping.ts'

/** With time to spare on a loaded machine, unless a test is about time. */
const run = (source: string, input?: unknown, limits = {}): MappingResult =>
  compileMapping('test', source, { limits: { timeMs: 5000, sequenceLengthMax: 1e7, ...limits } }).run(input, {
    nowMs: 0,
  })

const codeOf = (result: MappingResult): string => (result.ok ? 'ok' : result.code)

function syntaxError(source: string): MappingSyntaxError {
  try {
    compileMapping('folder/contact.in', source)
  } catch (thrown) {
    if (thrown instanceof MappingSyntaxError) return thrown
    throw thrown
  }
  throw new Error(`compiled: ${source.slice(0, 100)}`)
}

/** A value that is used twice at each of its levels: small in memory, endless when it is written out. */
const doubled = (make: string): string => `($f := function($s, $n){$n = 0 ? $s : $f(${make}, $n - 1)}; $f(1, 40))`

describe('what would run on is stopped by the clock, soon after the limit', () => {
  test.each([
    ['an endless tail call', '($f := function(){$f()}; $f())'],
    ['an endless loop by $eval', '$eval("($f := function(){$f()}; $f())")'],
    ['a product of loops', '$count([1..5000].($x := $; [1..5000][$ = $x]))'],
    ['a slow sort', '$sort([1..300000], function($a, $b){$a < $b})'],
    ['comparing', `${doubled('{"a": $s, "b": $s}')} = ${doubled('{"a": $s, "b": $s}')}`],
    ['truth', `$boolean(${doubled('[[$s], [$s]]').replace('f(1', 'f(0')})`],
    ['descending', `$count(${doubled('{"a": $s, "b": $s}')}.**)`],
    ['a fingerprint', `$hash(${doubled('{"a": $s, "b": $s}')})`],
  ])('%s', (_, source) => {
    const started = process.threadCpuUsage()
    const result = run(source, undefined, { timeMs: 100 })
    expect(['D1012', 'M1002']).toContain(codeOf(result))
    // The limit is 100 ms of CPU time; what was begun before the clock is read again is ended first.
    const { user, system } = process.threadCpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(1500)
  })
  test('the time limit is that of the mapping', () => {
    expect(codeOf(run('$sum([1..2000000])', undefined, { timeMs: 0 }))).toBe('D1012')
    expect(codeOf(run('$sum([1..2000000])', undefined, { timeMs: 20_000 }))).toBe('ok')
  })
})

test('steps are counted', () => {
  const work = '$sum([1..5000].($ * 2))'
  expect(codeOf(run(work, undefined, { stepsMax: 1000 }))).toBe('M1009')
  expect(codeOf(run(work, undefined, { stepsMax: 100_000 }))).toBe('ok')
})

test('a run may lower its limits, and nothing can raise them', () => {
  const mapping = compileMapping('test', '[1..1000]', { limits: { timeMs: 5000, sequenceLengthMax: 1000 } })
  const codeWith = (limits: object) => codeOf(mapping.run(undefined, { nowMs: 0 }, limits))
  expect(codeWith({})).toBe('ok')
  expect(codeWith({ sequenceLengthMax: 999 })).toBe('D2015')
  const short = compileMapping('test', '[1..1001]', { limits: { timeMs: 5000, sequenceLengthMax: 1000 } })
  expect(codeOf(short.run(undefined, { nowMs: 0 }, { sequenceLengthMax: 2000 }))).toBe('D2015')
})

test('a sequence longer than the limit, and one of more memory than the limit, are not made', () => {
  expect(codeOf(run('$count([1..100])', undefined, { sequenceLengthMax: 99 }))).toBe('D2015')
  expect(codeOf(run('$count([1..100])', undefined, { memoryBytesMax: 500 }))).toBe('M1002')
  expect(codeOf(run('$count([1..100])', undefined, { sequenceLengthMax: 100, memoryBytesMax: 5000 }))).toBe('ok')
})

describe('what would eat the memory is stopped before it is made', () => {
  test.each([
    ['a range', '[1..1e9]', 'D2014'],
    ['a range within the language, beyond the limit', '[1..9999999]', 'M1002'],
    ['a doubled string', '($f := function($s, $n){$n = 0 ? $s : $f($s & $s, $n - 1)}; $f("x", 60))', 'M1002'],
    [
      'a doubled array',
      '($f := function($s, $n){$n = 0 ? $s : $f($append($s, $s), $n - 1)}; $count($f([1], 60)))',
      'M1002',
    ],
    ['padding', '$length($pad("x", 1e9))', 'M1002'],
    ['many paddings', '$map([1..1000], function($i){$pad("x", 10000000)})', 'M1002'],
    ['replacing', '($s := $pad("a", 50000, "a"); $replace($s, "a", $s))', 'M1002'],
    ['joining', '($s := $pad("x", 1000000); $join($map([1..1000], function($i){$s})))', 'M1002'],
  ])('%s', (_, source, code) => {
    const before = process.memoryUsage().rss
    expect(codeOf(run(source, undefined, { timeMs: 5000 }))).toBe(code)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_048_576)
  })
  test('honest work is not: a long text put together from pieces', () => {
    const source = '$length($reduce([1..5000], function($a, $i){$a & "0123456789"}, ""))'
    expect(run(source, undefined, { timeMs: 5000 })).toMatchObject({ ok: true, value: 50_000 })
  })
})

describe('depth', () => {
  test.each([
    ['recursion', '($f := function($n){1 + $f($n)}; $f(1))'],
    ['recursion through a higher-order function', '($f := function($n){$map([1], function($x){$f($n)})}; $f(1))'],
    ['$eval in $eval', '($e := "$eval($e)"; $eval($e))'],
  ])('%s', (_, source) => {
    expect(['D1011', 'D3121', 'D1012']).toContain(codeOf(run(source)))
  })
  test('the limit counts calls that nest, and no others', () => {
    const count = (n: number) =>
      run(`($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(${n}))`, undefined, { depthMax: 100 })
    expect(count(99)).toMatchObject({ ok: true, value: 99 })
    expect(codeOf(count(100))).toBe('D1011')
    const tail = run('($f := function($n, $a){$n = 0 ? $a : $f($n - 1, $a + 1)}; $f(20000, 0))', undefined, {
      depthMax: 3,
      timeMs: 5000,
    })
    expect(tail).toMatchObject({ ok: true, value: 20_000 })
  })
  test('an input nested 20,000 deep fails, and the next run is well', () => {
    let deep: unknown = 1
    for (let level = 0; level < 20_000; level++) deep = { a: deep }
    const mapping = compileMapping('test', 'a.a.a ? "yes" : $string($)')
    expect(mapping.run(deep, { nowMs: 0 })).toMatchObject({ ok: true, value: 'yes' })
    expect(codeOf(run('$string($)', deep))).toBe('D1011')
    expect(codeOf(run('**', deep))).toBe('D1011')
    expect(codeOf(run('1'))).toBe('ok')
  })
})

describe('output', () => {
  test.each([
    ['too large', '$pad("x", 1100000)', 'M1001'],
    ['too large by sharing', doubled('{"a": $s, "b": $s}'), 'M1001'],
    ['in a circle', '{"a": 1} ~> |$|{"self": $}|', 'M1004'],
    ['a function', '{"a": [1, $sum]}', 'M1003'],
    ['a regular expression', '/a/', 'M1003'],
    ['an infinite number', '{"a": 1 / 0}', 'D1001'],
  ])('%s is refused', (_, source, code) => {
    expect(codeOf(run(source))).toBe(code)
  })
  test('is plain: no sequence keeps its marks, nothing stays undefined', () => {
    const result = run('{"a": items.n, "b": items[n > 5].n, "c": [items.n[0]], "d": nothing}', {
      items: [{ n: 1 }, { n: 2 }],
    })
    expect(result.ok && result.value).toStrictEqual({ a: [1, 2], c: [1, 2] })
    expect(result.ok && Object.keys((result.value as { a: object }).a)).toEqual(['0', '1'])
  })
})

describe('the input stays as it is', () => {
  test('also where the reference would change it', () => {
    const input = Object.freeze({ a: Object.freeze([]), b: Object.freeze([Object.freeze({ c: 1 })]) })
    const text = JSON.stringify(input)
    for (const source of [
      'a{"k": $}',
      'b ~> |$$.b|{"c": 2}|',
      'b[]',
      'b[0][]',
      '$sort(b, function($x, $y){$x.c > $y.c})',
      '$append(a, b)[]',
      'b^(c)',
    ]) {
      run(source, input)
      expect(JSON.stringify(input)).toBe(text)
    }
  })
  test('a transform of something outside its copy changes nothing', () => {
    expect(run('[a ~> |$$.b|{"c": 2}|, b]', { a: { x: 1 }, b: { c: 1 } })).toMatchObject({
      value: [{ x: 1 }, { c: 1 }],
    })
  })
})

describe('names of the host are data', () => {
  const hostile = JSON.parse('{"__proto__": {"x": 1}, "constructor": {"name": "c"}, "a": {}}') as unknown
  test.each([
    ['__proto__.x', 1],
    ['constructor.name', 'c'],
    ['a.constructor', undefined],
    ['a.__proto__', undefined],
    ['a.toString', undefined],
    ['a.hasOwnProperty', undefined],
    ['$lookup(a, "constructor")', undefined],
    ['$keys($)', ['__proto__', 'constructor', 'a']],
    ['$type($sum.constructor)', undefined],
    ['$string.constructor("return process")()', undefined],
    ['$merge([{"__proto__": {"y": 1}}]).y', undefined],
    ['$merge([{"__proto__": {"y": 1}}]).__proto__.y', 1],
    ['$sift($, function($v, $k){$k = "__proto__"}).__proto__.x', 1],
    ['$spread($)[0].__proto__.x', 1],
    ['(a{"__proto__": 7}).__proto__', 7],
    ['($ ~> |a|{"__proto__": {"z": 1}}|).a.__proto__.z', 1],
  ])('%s', (source, expected) => {
    const result = run(source, hostile)
    if (result.ok) expect(result.value).toEqual(expected)
    else expect([result.code, expected]).toEqual(['T1006', undefined])
    expect('x' in {}).toBe(false)
  })
  test('and so are variables of such names', () => {
    expect(run('[$constructor, $__proto__, ($__proto__ := 5; $__proto__)]')).toMatchObject({ ok: true, value: [5] })
  })
  test('data that looks like a function of the reference is data', () => {
    expect(run('$type(f)', { f: { _jsonata_lambda: true, body: 1 } })).toMatchObject({ value: 'object' })
    expect(codeOf(run('f()', { f: { _jsonata_function: true } }))).toBe('T1006')
  })
})

describe('what is not a function of the input is refused before it runs', () => {
  test.each(['$random()', '$map([1], $random)', '$shuffle([1, 2])', '{"a": [1].($random())}'])('%s', source => {
    expect(syntaxError(source).code).toBe('M1005')
  })
  test('a name of the mapping’s own is no such function', () => {
    expect(run('($random := function(){4}; $random())')).toMatchObject({ value: 4 })
  })
  test('the clock stands still at the time of the statement', () => {
    const mapping = compileMapping('test', '[$now(), $millis(), $now("[Y]"), $toMillis("10:00", "[H]:[m]")]')
    const nowMs = Date.parse('2026-11-21T10:00:00Z')
    expect(mapping.run(undefined, { nowMs })).toMatchObject({
      value: ['2026-11-21T10:00:00.000Z', nowMs, '2026', nowMs],
    })
  })
  test('also within $eval', () => {
    expect(run('$eval("$random()")')).toMatchObject({ ok: false, code: 'D3120' })
  })
})

describe('a source that cannot be compiled says where and why', () => {
  test('with line and column', () => {
    const error = syntaxError('{\n  "a": 1,\n  "b": \n}')
    expect(error).toMatchObject({ code: 'S0211', line: 4, column: 2 })
    expect(error.message).toMatch(/^folder\/contact\.in:4:2: /)
  })
  test.each([
    ['brackets', `${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['operators', `1${'+1'.repeat(50_000)}`],
    [
      'defaults, each of which the parser copies',
      Array.from({ length: 30 }).reduce<string>(text => `(${text} ?: b)`, 'a'),
    ],
  ])('too many nested %s are refused', (_, source) => {
    expect(syntaxError(source).code).toBe('M1007')
  })
  test('many defaults side by side are fine', () => {
    expect(
      run(`{${Array.from({ length: 200 }, (_, n) => `"k${n}": $blank(a) ?: (b) ?: "c"`).join(', ')}}`),
    ).toMatchObject({ ok: true })
  })
})

test('a failure at run time says where: the innermost call', () => {
  const result = run('(\n  $f := function($x){ $sum($x) };\n  $f("a")\n)')
  expect(result).toMatchObject({ ok: false, code: 'T0412', token: 'sum', line: 2 })
})
