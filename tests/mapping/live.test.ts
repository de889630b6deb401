import { expect, test } from 'vitest'
import { compileMappings } from '#mapping/library.ts'
import { createLiveMappings } from '#mapping/live.ts'
import { defaultLimits } from '#mapping/engine/limits.ts'

const { timeMs, outputBytesMax } = defaultLimits
const limits = { timeMs, outputBytesMax }
const { library: files } = compileMappings([{ name: 'crm/contact.in', file: 'f', source: '{"a": 1}' }], limits)
const revision = (source: string, hash: string) => ({ name: 'crm/contact.in', revision: 2, source, hash })

test('what was previewed is put in force as it is: a long text is compiled once', () => {
  const live = createLiveMappings(files, limits)
  const source = '{"a": 2}'
  const { hash } = compileMappings([{ name: 'crm/contact.in', file: 'f', source }], limits).library.get(
    'crm/contact.in',
  ) ?? {
    hash: '',
  }
  const seen = live.preview([revision(source, hash)]).library.get('crm/contact.in')
  expect(live.library.get('crm/contact.in')?.source).toBe('{"a": 1}')
  expect(live.replace([revision(source, hash)])).toEqual([])
  expect(live.library.get('crm/contact.in')?.run).toBe(seen?.run)
})

test('what was previewed and does not compile leaves what was in force', () => {
  const live = createLiveMappings(files, limits)
  const broken = revision('{"a": ', '0')
  expect(live.preview([broken]).problems).toHaveLength(1)
  expect(live.replace([broken])).toHaveLength(1)
  expect(live.library.get('crm/contact.in')?.source).toBe('{"a": 1}')
})
