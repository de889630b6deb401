import { describe, expect, test } from 'vitest'
import { en } from '../../web/locales/en.ts'
import { zh } from '../../web/locales/zh-cn.ts'
import { holesOf } from './holes.ts'

/** `frame.overview` and its text, of every text. */
function textsOf(value: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      typeof member === 'string'
        ? [[`${path}${key}`, member] as const]
        : [...textsOf(member as object, `${path}${key}.`)],
    ),
  )
}

describe('the texts of the console', () => {
  const english = textsOf(en)
  const chinese = textsOf(zh)

  test('are there in both languages', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted())
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('have the same holes for names and numbers', () => {
    for (const [key, text] of english) expect(holesOf(chinese.get(key) ?? ''), key).toEqual(holesOf(text))
  })

  test('are Chinese in Chinese, but for names', () => {
    const latin = [...chinese].filter(([, text]) => !/[\u4e00-\u9fff]/.test(text)).map(([key]) => key)
    expect(latin).toEqual([])
  })
})
