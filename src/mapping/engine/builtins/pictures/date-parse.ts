import { LRUCache } from 'lru-cache'
import { MappingFailure } from '../../failure.ts'

/** Reads a moment; undefined if the text does not fit the picture. `nowMs` gives what the picture leaves out on the left. */
export type DateReader = (text: string, nowMs: number) => number | undefined

const readers = new LRUCache<string, { readonly reader: DateReader | undefined }>({
  max: 200,
  memoMethod: picture => ({ reader: makeReader(picture) }),
})

/** The reader for `$toMillis` of a picture of plain numbers, such as `[Y]-[M01]-[D01]`; undefined for all others. */
export function dateReader(picture: string): DateReader | undefined {
  return readers.memo(picture).reader
}

/** Components from the largest to the smallest, and what each is where the picture ends before it. */
const components = ['Y', 'M', 'D', 'H', 'm', 's', 'f'] as const
const least = [0, 1, 1, 0, 0, 0, 0]

function makeReader(picture: string): DateReader | undefined {
  const read: number[] = []
  let source = ''
  const pieces = picture.match(/\[[^[\]]*\]|[^[\]]+|[[\]]/g) ?? []
  for (const [at, piece] of pieces.entries()) {
    const [, component = '', digits = ''] = /^\[([YMDHmsf])(\d{0,4})\]$/.exec(piece) ?? []
    if (component === '') {
      if (/[[\]]/.test(piece)) return undefined
      source += piece.replaceAll(/[\\^$.*+?()|{}]/g, '\\$&')
      continue
    }
    read.push(components.indexOf(component as (typeof components)[number]))
    // With no text in between, a number is as long as it is written in the picture.
    const isFollowed = pieces[at + 1]?.startsWith('[') === true
    source += isFollowed && component !== 'f' ? `([0-9]{${digits.length || defaultLength(component)}})` : '([0-9]+)'
  }
  if (read.length === 0) return undefined
  const gap = hasGap(read)
  const pattern = new RegExp(`^${source}$`, 'i')
  return (text, nowMs) => {
    const found = pattern.exec(text)
    if (found === null) return undefined
    if (gap) throw new MappingFailure('D3136')
    return momentOf(found, read, nowMs)
  }
}

const defaultLength = (component: string): number => (component === 'm' || component === 's' ? 2 : 1)

/** True if a component is missing between two that are there. */
const hasGap = (read: readonly number[]): boolean => new Set(read).size !== Math.max(...read) - Math.min(...read) + 1

function momentOf(found: RegExpExecArray, read: readonly number[], nowMs: number): number {
  const now = new Date(nowMs)
  const parts = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()]
  parts.push(now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds(), now.getUTCMilliseconds())
  for (let at = Math.min(...read); at < parts.length; at++) parts[at] = least[at] ?? 0
  for (const [at, component] of read.entries()) parts[component] = numberOf(found[at + 1] ?? '', component)
  const [year = 0, month = 0, day, hour, minute, second, milli] = parts
  return Date.UTC(year, Math.max(month - 1, 0), day, hour, minute, second, milli)
}

const numberOf = (digits: string, component: number): number =>
  components[component] === 'f' ? Number(`0.${digits.slice(0, 3)}`) * 1000 : Number.parseInt(digits, 10)
