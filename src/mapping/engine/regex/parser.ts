/**
 * Takes a regular expression apart into flat alternatives: lists of character sets with repetitions. Only what is needed
 * to judge how long it may run (regex-safety.ts); what cannot be flattened is refused here, and runs on the linear engine.
 */

/** Sorted, inclusive ranges of UTF-16 units. */
export type CharSet = readonly (readonly [number, number])[]

export interface SetItem {
  readonly kind: 'set'
  readonly set: CharSet
  readonly min: number
  readonly max: number
}

/** `^`, `$`, `\b`, and look-arounds of a bounded size: they take no characters. */
export interface ZeroItem {
  readonly kind: 'start' | 'end' | 'zero'
}

export type Item = SetItem | ZeroItem

/** Thrown when a pattern cannot be flattened; `isBeyondLinear` if no linear engine can run it either. */
export class NotFlat extends Error {
  readonly isBeyondLinear: boolean
  constructor(reason: string, isBeyondLinear = false) {
    super(reason)
    this.isBeyondLinear = isBeyondLinear
  }
}

const unitMax = 0xffff
const alternativesMax = 64
const groupRepeatsMax = 4

const digits: CharSet = [[48, 57]]
const word: CharSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
/** What `\s` means in JavaScript, wider than in other engines: full-width space and byte order mark are in it. */
export const spaces: CharSet = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
export const lineEnds: CharSet = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]

export function unionOf(sets: readonly CharSet[]): CharSet {
  const sorted = sets.flat().sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [low, high] of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else merged.push([low, high])
  }
  return merged
}

function invert(set: CharSet): CharSet {
  const result: [number, number][] = []
  let next = 0
  for (const [low, high] of unionOf([set])) {
    if (low > next) result.push([next, low - 1])
    next = high + 1
  }
  if (next <= unitMax) result.push([next, unitMax])
  return result
}

export function areDisjoint(a: CharSet, b: CharSet): boolean {
  return a.every(([low, high]) => b.every(([from, to]) => high < from || to < low))
}

/** Adds the other case of ASCII letters; beyond ASCII, folding is left open and every such character counted in. */
function foldCase(set: CharSet): CharSet {
  const more: [number, number][] = []
  for (const [low, high] of set) {
    for (let unit = Math.max(low, 65); unit <= Math.min(high, 90); unit++) more.push([unit + 32, unit + 32])
    for (let unit = Math.max(low, 97); unit <= Math.min(high, 122); unit++) more.push([unit - 32, unit - 32])
    if (high > 127) more.push([128, unitMax])
  }
  return unionOf([set, more])
}

const classEscapes: Readonly<Record<string, CharSet>> = {
  d: digits,
  D: invert(digits),
  w: word,
  W: invert(word),
  s: spaces,
  S: invert(spaces),
}
const controlEscapes: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 }

/** Flattens a pattern (the source of a RegExp that JavaScript has already accepted). Throws NotFlat. */
export function flatten(source: string, isCaseless: boolean): readonly (readonly Item[])[] {
  let at = 0
  const peek = (): string => source.charAt(at)
  const eat = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false
    at += text.length
    return true
  }

  function alternatives(): Item[][] {
    const all: Item[][] = sequence()
    while (eat('|')) all.push(...sequence())
    return limited(all)
  }

  function sequence(): Item[][] {
    let lines: Item[][] = [[]]
    while (at < source.length && peek() !== '|' && peek() !== ')') lines = product(lines, quantified(term()))
    return lines
  }

  function term(): Item[][] {
    if (eat('^')) return [[{ kind: 'start' }]]
    if (eat('$')) return [[{ kind: 'end' }]]
    if (eat('\\b') || eat('\\B')) return [[{ kind: 'zero' }]]
    if (eat('(')) return group()
    if (eat('[')) return one(charClass())
    if (eat('.')) return one(invert(lineEnds))
    if (eat('\\')) return one(escape(false))
    return one([[source.charCodeAt(at), source.charCodeAt(at++)]])
  }

  function one(set: CharSet): Item[][] {
    return [[{ kind: 'set', set: isCaseless ? foldCase(set) : set, min: 1, max: 1 }]]
  }

  function group(): Item[][] {
    const isLook = eat('?=') || eat('?!') || eat('?<=') || eat('?<!')
    if (!isLook && !eat('?:') && eat('?<')) at = source.indexOf('>', at) + 1
    const inner = alternatives()
    eat(')')
    if (!isLook) return inner
    const isBounded = inner.every(line => line.every(item => item.kind !== 'set' || item.max === item.min))
    if (!isBounded) throw new NotFlat('it has a look-around with a repetition in it', true)
    return [[{ kind: 'zero' }]]
  }

  function quantified(lines: Item[][]): Item[][] {
    const range = quantifier()
    if (range === undefined) return lines
    eat('?')
    const [min, max] = range
    const single = singleSet(lines)
    if (single !== undefined) return [[{ kind: 'set', set: single, min, max }]]
    if (max > groupRepeatsMax) throw new NotFlat('it repeats a group')
    const all: Item[][] = []
    for (let times = max; times >= min; times--) {
      let repeated: Item[][] = [[]]
      for (let n = 0; n < times; n++) repeated = product(repeated, lines)
      all.push(...repeated)
    }
    return limited(all)
  }

  function quantifier(): [number, number] | undefined {
    if (eat('*')) return [0, Infinity]
    if (eat('+')) return [1, Infinity]
    if (eat('?')) return [0, 1]
    const braces = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(source.slice(at, at + 20))
    if (braces === null) return undefined
    at += braces[0].length
    const min = Number(braces[1])
    return [min, braces[2] === undefined ? min : braces[3] === undefined ? Infinity : Number(braces[3])]
  }

  function escape(isInClass: boolean): CharSet {
    const char = source.charAt(at++)
    const known = classEscapes[char]
    if (known !== undefined) return known
    if (!isInClass && (/[1-9]/.test(char) || char === 'k')) throw new NotFlat('it has a back-reference', true)
    if (isInClass && char === 'b') return [[8, 8]]
    const hex = char === 'u' ? /^[0-9a-fA-F]{4}/ : char === 'x' ? /^[0-9a-fA-F]{2}/ : undefined
    const code = hex?.exec(source.slice(at, at + 4))?.[0]
    if (code !== undefined) {
      at += code.length
      const unit = Number.parseInt(code, 16)
      return [[unit, unit]]
    }
    if (char === 'c') throw new NotFlat('it has a control escape')
    const unit = controlEscapes[char] ?? char.charCodeAt(0)
    return [[unit, unit]]
  }

  function charClass(): CharSet {
    const isInverted = eat('^')
    const sets: CharSet[] = []
    while (at < source.length && peek() !== ']') {
      const low = classAtom()
      const isRange = peek() === '-' && source.charAt(at + 1) !== ']' && isSingle(low)
      if (isRange) {
        at++
        const high = classAtom()
        if (isSingle(high)) sets.push([[low[0]?.[0] ?? 0, high[0]?.[0] ?? 0]])
        else sets.push(low, [[45, 45]], high)
      } else sets.push(low)
    }
    eat(']')
    const all = unionOf(sets)
    return isInverted ? invert(isCaseless ? foldCase(all) : all) : all
  }

  function classAtom(): CharSet {
    if (eat('\\')) return escape(true)
    const unit = source.charCodeAt(at++)
    return [[unit, unit]]
  }

  return alternatives()
}

const isSingle = (set: CharSet): boolean => set.length === 1 && set[0]?.[0] === set[0]?.[1]

/**
 * The characters of a term that takes exactly one: a character, a class, or a choice among such. The choices must
 * exclude one another: a loop over `a|a` has twice as many ways at each turn.
 */
function singleSet(lines: readonly (readonly Item[])[]): CharSet | undefined {
  const sets: CharSet[] = []
  for (const [item, ...more] of lines) {
    if (item?.kind !== 'set' || item.min !== 1 || item.max !== 1 || more.length > 0) return undefined
    if (sets.some(set => !areDisjoint(set, item.set))) return undefined
    sets.push(item.set)
  }
  return unionOf(sets)
}

function product(heads: Item[][], tails: Item[][]): Item[][] {
  return limited(heads.flatMap(head => tails.map(tail => [...head, ...tail])))
}

function limited(lines: Item[][]): Item[][] {
  if (lines.length > alternativesMax) throw new NotFlat('it has too many alternatives')
  return lines
}
