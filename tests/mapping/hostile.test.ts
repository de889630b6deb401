import { describe, expect, test } from 'vitest'
import { compileMapping, MappingSyntaxError } from '#mapping/mapping.ts'

/**
 * Expressions and data of people who mean no good: they must neither reach the host nor hold the thread for longer than
 * the limit. Time is that of the thread's CPU, so that a busy machine fails nothing.
 */
const limitMs = 50
/** Reading the clock, collecting garbage and unwinding come on top. */
const allowedMs = 6 * limitMs

const hosts = [
  'constructor',
  '$.constructor("return process")()',
  '$lookup($, "constructor")',
  '$lookup($, "__proto__")',
  '$string.constructor',
  '($f := function($x) { $x }; $f.constructor("return process")())',
  '$sum.call',
  '$each($, function($v, $k) { $v.constructor })',
  '{"__proto__": {"polluted": true}}',
  '$merge([{"__proto__": {"polluted": true}}, {"constructor": {"prototype": {"polluted": true}}}])',
  '$ ~> | $ | {"__proto__": {"polluted": true}} |',
  '$map([1], $eval("$.constructor"))',
  '$eval("process.exit(1)")',
  'process.env',
  'globalThis.process',
  '$process',
  '$require',
  '$global',
  '$this',
  '$arguments',
  '$frame',
  '$rt',
  '$env',
  '$host',
  '`__proto__`.polluted',
  '$spread({"constructor": 1})',
  '$clone($).constructor.constructor',
  '$replace("a", /a/, "$constructor")',
  '$replace("a", /a/, function($m) { $m.constructor })',
  '$keys($.__proto__)',
]

const endless = [
  '($f := function() { $f() }; $f())',
  '($f := function($n) { 1 + $f($n + 1) }; $f(1))',
  '($f := function($n) { [$f($n), $f($n)] }; $f(1))',
  '[1..9999999]',
  '[1..1000000].[1..1000000]',
  '$map([1..3000], function($v) { $map([1..3000], function($w) { $v * $w }) })',
  '($s := "x"; $reduce([1..60], function($a, $b) { $a & $a }, $s))',
  '$pad("x", 1000000000)',
  '$join($map([1..1000000], function($v) { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }))',
  '$sort([1..100000], function($a, $b) { $random() > 0.5 })',
  '$sort([1..300000], function($a, $b) { $a < $b })',
  '$zip([1..1000000], [1..1000000], [1..1000000])',
  '$split($pad("", 500000, "a,"), ",")',
  '$append([1..1000000], [1..1000000])',
  '$distinct([1..200000])',
  '$eval("[1..10000000]")',
  '($e := "$eval($e)"; $eval($e))',
  '$match($pad("a", 200000, "a"), /^(a+)+$/)',
  '$contains($pad("a", 200000, "a") & "!", /^(a|aa)+$/)',
  '$replace($pad("a", 100000, "a"), /(.*)*b/, "x")',
  '$split($pad("a", 100000, "a"), /(a*)*c/)',
  '$reverse([1..1000000]).($string($) & $string($))',
  '$formatBase(99999999999999999999, 2) & $power(10, 300)',
  '$fromMillis(1e300)',
  '$toMillis($pad("2", 100000, "2"))',
  '$formatNumber(1, $pad("#", 200000, "#"))',
  '$formatInteger(1, $pad("0", 200000, "0"))',
  '$parseInteger($pad("1", 200000, "1"), "#")',
  '$encodeUrl($pad("%", 300000, "é"))',
  '$html2text($pad("<", 300000, "<a "))',
  '$phone($pad("1", 300000, "1"), "CN")',
  '$email($pad("a", 300000, "@"))',
  '$personName($pad("欧", 300000, "阳 "))',
  '$date($pad("2", 300000, "2-"))',
  '$money($pad("1", 300000, ",1"), "EUR")',
  '$hash([1..1000000])',
  '**.**.**.**.**',
  '*.*.*.*.*.*.*.*',
  '$.items@$a.items@$b.items@$c.items',
  '$.items.items.items.items',
]

const deep = (levels: number): unknown => {
  let value: unknown = 'end'
  for (let level = 0; level < levels; level++) value = { items: [value, value], name: 'n' }
  return value
}

const documents: Readonly<Record<string, unknown>> = {
  plain: { items: Array.from({ length: 300 }, (_, index) => ({ items: [index], name: `n${index}` })), name: 'x' },
  'shared and deep': deep(40),
  'with names of the host': JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "items": [{"toString": 1, "valueOf": null, "hasOwnProperty": "x"}], "name": "__proto__", "_jsonata_lambda": true, "then": 1}',
  ) as unknown,
  nothing: undefined,
}

/** What came of it, and how long the thread worked for it. */
function attempt(source: string, input: unknown): { text: string; code: string | undefined; cpuMs: number } {
  const before = process.threadCpuUsage()
  const outcome = ((): { text: string; code: string | undefined } => {
    try {
      const result = compileMapping('hostile', source, { limits: { timeMs: limitMs } }).run(input, { nowMs: 0 })
      return result.ok
        ? { text: JSON.stringify(result.value) ?? '', code: undefined }
        : { text: result.message, code: result.code }
    } catch (thrown) {
      if (thrown instanceof MappingSyntaxError) return { text: thrown.text, code: thrown.code }
      throw thrown
    }
  })()
  const { user, system } = process.threadCpuUsage(before)
  return { ...outcome, cpuMs: (user + system) / 1000 }
}

describe.each(Object.entries(documents))('on a document: %s', (_name, input) => {
  test.each(hosts)('does not reach the host: %s', source => {
    const { text } = attempt(source, input)
    expect(text).not.toMatch(/native code|\[object|execPath|versions|NODE_/)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test.each(endless)('ends in time: %s', source => {
    const { cpuMs, code } = attempt(source, input)
    expect(code ?? '').not.toBe('M1000')
    expect(cpuMs).toBeLessThan(allowedMs)
  })
})
