import { describe, expect, test } from 'vitest'
import { type Ask, askText, runAnswered } from '#mapping/asks.ts'
import { compileMapping } from '#mapping/mapping.ts'

describe('runs that ask for ids', () => {
  let looked: Ask[][]
  const known = new Map([
    ['a', 'A'],
    ['A', 'AA'],
    ['1', 'one'],
    ['more', 'more'],
  ])
  const find = async (asks: readonly Ask[]): Promise<Map<string, string>> => {
    looked.push([...asks])
    return new Map(asks.filter(({ id }) => known.has(id)).map(ask => [askText(ask), known.get(ask.id) ?? '']))
  }
  const run = async (source: string, inputs: readonly unknown[]) => {
    looked = []
    const mapping = compileMapping('test', source)
    return await runAnswered(inputs, (input, xref) => mapping.run(input, { nowMs: 0, xref }), find)
  }

  test('are answered in one look-up for all of them, and each id is asked for once', async () => {
    const done = await run('[$xref("crm", "contact", id), $xref("crm", "contact", id)]', [
      { id: 'a' },
      { id: 1 },
      { id: 'none' },
      { id: 'a' },
    ])
    expect(done.map(({ result }) => result)).toEqual([
      { ok: true, value: ['A', 'A'] },
      { ok: true, value: ['one', 'one'] },
      { ok: true, value: [] },
      { ok: true, value: ['A', 'A'] },
    ])
    expect(looked.map(asks => asks.map(({ id }) => id))).toEqual([['a', '1', 'none']])
    expect(done[1]?.asked).toEqual([{ system: 'crm', object: 'contact', id: '1' }])
  })

  test('ask by what they were given, and what fails without an id is done again with it', async () => {
    const source = '($a := $xref("crm", "contact", id); $a ? $xref("erp", "person", $a) : $error("no contact"))'
    const [done] = await run(source, [{ id: 'a' }])
    expect(done?.result).toEqual({ ok: true, value: 'AA' })
    expect(done?.asked.map(({ id }) => id)).toEqual(['a', 'A'])
    expect(looked).toHaveLength(2)
    expect((await run(source, [{ id: 'b' }]))[0]?.result).toMatchObject({ ok: false, code: 'D3137' })
  })

  test('look nothing up where nothing is asked', async () => {
    expect(await run('id', [{ id: 'a' }])).toEqual([{ result: { ok: true, value: 'a' }, asked: [] }])
    expect(looked).toEqual([])
  })

  test('end with a failure, and its place, when one answer always asks for another', async () => {
    const endless =
      '($f := function($n, $id) { $n = 0 ? $id : $f($n - 1, $xref("s" & $n, "o", $id) ?? "x") }; $f(9, id))'
    const [done] = await run(endless, [{ id: 'more' }])
    expect(done?.result).toMatchObject({ ok: false, code: 'M1012', line: 1 })
    expect(looked.length).toBeLessThan(6)
  })

  test('may ask for 200 ids', async () => {
    const ids = Array.from({ length: 201 }, (_, n) => `n${n}`)
    const [enough, tooMany] = await run('$count(ids ~> $map(function($id) { $xref("s", "o", $id) }))', [
      { ids: ids.slice(1) },
      { ids },
    ])
    expect(enough?.result).toEqual({ ok: true, value: 0 })
    expect(tooMany?.result).toMatchObject({ ok: false, code: 'M1011' })
    expect(looked).toHaveLength(1)
  })

  test('ids that look like members of objects, or like several texts, are ids like others', async () => {
    const [done] = await run(
      '[$xref("__proto__", "constructor", "toString"), $xref("a", "b\\nc", "d"), $xref("a", "b", "c\\nd")]',
      [{}],
    )
    expect(done?.result).toEqual({ ok: true, value: [] })
    expect(looked[0]).toHaveLength(3)
  })
})
