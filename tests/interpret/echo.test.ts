import { describe, expect, test } from 'vitest'
import { isEcho } from '#interpret/echo.ts'

const context = { entity: 'person', sentFields: { familyName: 'van der Berg' }, sentAtMs: 1000, reply: false } as const
const seen = (v: string, t: number) => ({ v, t })

describe('a webhook', () => {
  test('that repeats what we wrote is an echo, unless something else was seen there since', () => {
    expect(isEcho('familyName', 'van der Berg', undefined, context)).toBe(true)
    expect(isEcho('familyName', 'van der Berg', seen('Berg', 900), context)).toBe(true)
    expect(isEcho('familyName', 'van der Berg', seen('Berg', 1100), context)).toBe(false)
  })

  test('with another value, or about a field that we never wrote, is a statement', () => {
    expect(isEcho('familyName', 'Smit', undefined, context)).toBe(false)
    expect(isEcho('jobTitle', 'CFO', undefined, context)).toBe(false)
    expect(isEcho('familyName', 'van der Berg', undefined, { ...context, sentFields: undefined })).toBe(false)
  })
})

describe("a write's own reply", () => {
  const reply = { ...context, reply: true }
  test('shows the rendering of what we changed', () => {
    expect(isEcho('familyName', 'Van Der Berg', undefined, reply)).toBe(true)
    expect(isEcho('familyName', 'Van Der Berg', seen('Berg', 900), reply)).toBe(true)
  })

  test("shows somebody's edit where our value had been seen there before", () => {
    expect(isEcho('familyName', 'Smit', seen('van der Berg', 900), reply)).toBe(false)
  })
})
