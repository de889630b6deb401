import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPrimitive, writePrimitive } from '../../web/studio/table/primitive.ts'
import { readTarget, writeTarget } from '../../web/studio/table/target.ts'
import { readTransformation, writeTransformation } from '../../web/studio/table/transformation.ts'

const primitive = fc.oneof(
  fc.string(),
  fc.constantFrom('5', 'true', 'null', '"x"', '', '未知'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)

describe('what stands in a cell of the table is what it was made of', () => {
  test('plain values', () => {
    fc.assert(fc.property(primitive, value => isDeepStrictEqual(readPrimitive(writePrimitive(value)), value)))
    expect(writePrimitive('unknown')).toBe('unknown')
    expect(writePrimitive('5')).toBe('"5"')
  })

  test('functions', () => {
    const args = fc.array(primitive, { maxLength: 3 })
    fc.assert(
      fc.property(fc.constantFrom('email', 'phone', '电话'), args, (name, args) =>
        isDeepStrictEqual(readTransformation(writeTransformation({ name, args })), { name, args }),
      ),
    )
    expect(writeTransformation({ name: 'phone', args: ['CN'] })).toBe('$phone("CN")')
    for (const text of ['', '1+1', '$phone(', '$phone({})', '$a.b']) expect(readTransformation(text)).toBeUndefined()
  })

  test('targets', () => {
    const keys = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 })
    fc.assert(fc.property(keys, keys => isDeepStrictEqual(readTarget(writeTarget(keys)), keys)))
    expect(writeTarget(['person', 'a.b'])).toBe('person."a.b"')
    expect(readTarget('person.')).toEqual(['person', ''])
  })
})
