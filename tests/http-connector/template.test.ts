import { describe, expect, test } from 'vitest'
import { compileTemplate, compileText, encodePathValue } from '#connector/template.ts'
import type { Variables } from '#connector/template.ts'
import type { Json } from '#model/json.ts'

function render(source: Json, variables: Variables = {}) {
  const compiled = compileTemplate('t', source)
  if (!compiled.ok) throw new Error(compiled.message)
  return compiled.part.render(variables, 0)
}

describe('a tree', () => {
  test('a leaf that is one expression keeps its type, others become text', () => {
    const source = { n: '{{ a.b }}', text: 'x{{ a.b }}y', list: ['{{ c }}', 1, null], plain: true }
    expect(render(source, { a: { b: 5 }, c: [1] })).toEqual({
      ok: true,
      value: { n: 5, text: 'x5y', list: [[1], 1, null], plain: true },
    })
  })

  test('what an expression does not find is left out', () => {
    expect(render({ a: '{{ nothing }}', b: 'x{{ nothing }}', c: ['{{ nothing }}'] })).toEqual({
      ok: true,
      value: { b: 'x', c: [] },
    })
  })

  test('braces and quotes inside an expression are its own', () => {
    const source = '{{ items.{"id": id, "o": {"t": "}}"}} }}'
    expect(render(source, { items: [{ id: 1 }, { id: 2 }] })).toEqual({
      ok: true,
      value: [
        { id: 1, o: { t: '}}' } },
        { id: 2, o: { t: '}}' } },
      ],
    })
  })

  test('a member named __proto__ stays data', () => {
    const rendered = render(JSON.parse('{"__proto__": {"x": "{{ 1 }}"}}') as Json)
    expect(rendered.ok && JSON.stringify(rendered.value)).toBe('{"__proto__":{"x":1}}')
  })

  test('mistakes are told with the place', () => {
    expect(compileTemplate('body', { a: ['{{ 1 +'] })).toMatchObject({
      ok: false,
      message: expect.stringContaining('body.a.0'),
    })
    expect(compileTemplate('body', { a: '{{ 1 + }}' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('body.a'),
    })
    expect(render({ a: '{{ $error("no") }}' })).toMatchObject({ ok: false, message: expect.stringContaining('t.a') })
  })
})

describe('a path', () => {
  const path = (id: Json | undefined) => {
    const compiled = compileText('path', '/contacts/{{ id }}/x', encodePathValue)
    if (!compiled.ok) throw new Error(compiled.message)
    return compiled.part.render({ id }, 0)
  }
  test('values are encoded, literal text is not', () => {
    expect(path('a/b?c')).toEqual({ ok: true, value: '/contacts/a%2Fb%3Fc/x' })
  })
  test.each([undefined, '', '.', '..'])('%j would address something else: refused', id => {
    expect(path(id)).toMatchObject({ ok: false })
  })
})
