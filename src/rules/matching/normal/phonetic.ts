import { LRUCache } from 'lru-cache'

/** The same names come again and again; the code of one takes some 2 µs. */
const known = new LRUCache<string, string>({ max: 50_000, memoMethod: codeOf })

const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/[^a-z]/gu, ''],
  [/^(?:kn|gn|pn)/u, 'n'],
  [/^wr/u, 'r'],
  [/^wh/u, 'w'],
  [/^x/u, 's'],
  [/mb$/u, 'm'],
  [/ph|pf/gu, 'f'],
  [/sch|sh|ch|cz|tsch|tch/gu, 'j'],
  [/gh(?=t|$)/gu, ''],
  [/ck|c(?![eiy])|q/gu, 'k'],
  [/c|z|x/gu, 's'],
  [/dg(?=e)|g(?=[eiy])/gu, 'j'],
  [/v/gu, 'f'],
  [/w/gu, 'f'],
  [/d/gu, 't'],
  [/b/gu, 'p'],
  [/g/gu, 'k'],
  [/m/gu, 'n'],
]

/**
 * A short code in which names that sound alike are mostly equal: consonants by their group, vowels only at the start
 * (after Philips, Metaphone, 1990). Words of other scripts than Latin are their own code.
 */
export function phonetic(word: string): string {
  return /^[a-z]/u.test(word) ? known.memo(word) : word
}

function codeOf(word: string): string {
  let code = word
  for (const [pattern, group] of GROUPS) code = code.replace(pattern, group)
  const [first = '', ...rest] = code
  const start = /[aeiouy]/u.test(first) ? 'a' : first
  return (start + rest.join('').replace(/[aeiouyh]/gu, '')).replace(/(.)\1+/gu, '$1').slice(0, 6)
}
