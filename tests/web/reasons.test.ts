import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PROBLEMS } from '#console/problem-codes.ts'
import { REASONS } from '#console/reasons.ts'
import { failureTexts } from '#mapping/engine/failure.ts'
import { findingTexts } from '#mapping/language/flow/finding.ts'
import { noTableTexts, rowTexts } from '#mapping/language/table-texts.ts'
import { ISSUE_TEXTS } from '#model/issues.ts'
import { en } from '../../web/locales/en.ts'
import { reasons } from '../../web/locales/zh-cn/reasons/reasons.ts'
import { holesOf } from './holes.ts'

/** Every text of the hub that the console says in Chinese, by its reason. */
const ours = new Map<string, string>([
  ...Object.entries({ ...REASONS, ...findingTexts, ...rowTexts }).map(([reason, { text }]) => [reason, text] as const),
  ...Object.entries({ ...noTableTexts, ...failureTexts, ...ISSUE_TEXTS }),
])

/** What a mapping says of itself by $error and $assert has no text of ours. */
const ownWords = ['D3137', 'D3141']

function codesIn(files: readonly string[]): string[] {
  const texts = files.map(file => readFileSync(file, 'utf8'))
  return [...new Set(texts.flatMap(text => text.match(/(?<=['"])[STDM]\d{4}(?=['"])/g) ?? []))]
}

describe('what the hub says', () => {
  test('is said in Chinese too, and nothing else is', () => {
    const produced = codesIn([...globSync('src/mapping/**/*.ts'), 'node_modules/jsonata/jsonata.js'])
    expect(produced.length).toBeGreaterThan(90)
    const all = [...ours.keys(), ...produced].filter(code => !ownWords.includes(code))
    expect(Object.keys(reasons).toSorted()).toEqual([...new Set(all)].toSorted())
    expect(Object.values(reasons).filter(text => !/[\u4e00-\u9fff]/.test(text))).toEqual([])
  })

  test('names no more and nothing else than the hub does', () => {
    for (const [reason, text] of ours)
      expect(holesOf(text), reason).toEqual(expect.arrayContaining(holesOf(reasons[reason] ?? '')))
  })

  test('has a heading for each code', () => {
    expect(Object.keys(en.problem)).toEqual(expect.arrayContaining(Object.keys(PROBLEMS)))
    const codes = Object.values(findingTexts).map(({ code }) => code)
    expect(Object.keys(en.findings)).toEqual(expect.arrayContaining(['syntax', ...codes]))
  })
})
