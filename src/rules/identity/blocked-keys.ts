import type { KeyKind } from '#model/fields.ts'

/** Tells whether a normalised key value is blocked, so that it never links two source records. */
export type Blocked = (kind: KeyKind, value: string) => boolean

/** Patterns by key kind; `any` counts for every kind. A pattern is exact, or has a leading or trailing `*`, or both. */
export type BlockedPatterns = { readonly [K in KeyKind | 'any']?: readonly string[] | undefined }

interface Matcher {
  exact: ReadonlySet<string>
  prefixes: readonly string[]
  suffixes: readonly string[]
  parts: readonly string[]
}

/** Compiles lists of patterns, such as the shipped policy's and the operator's own. Case does not matter. */
export function compileBlocked(...lists: readonly BlockedPatterns[]): Blocked {
  const kinds = new Set(lists.flatMap(list => Object.keys(list)))
  const matchers = new Map([...kinds].map(kind => [kind, matcher(lists.flatMap(list => patternsOf(list, kind)))]))
  const any = matchers.get('any')
  return (kind, value) => {
    const folded = value.toLowerCase()
    const own = matchers.get(kind)
    return (own !== undefined && matches(own, folded)) || (any !== undefined && matches(any, folded))
  }
}

function patternsOf(list: BlockedPatterns, kind: string): readonly string[] {
  return new Map(Object.entries(list)).get(kind) ?? []
}

function matcher(patterns: readonly string[]): Matcher {
  const found = { exact: new Set<string>(), prefixes: [] as string[], suffixes: [] as string[], parts: [] as string[] }
  for (const pattern of patterns.map(one => one.trim().toLowerCase())) {
    const [leading, trailing] = [pattern.startsWith('*'), pattern.endsWith('*')]
    const words = pattern.slice(leading ? 1 : 0, trailing ? -1 : undefined)
    // A lone star would block every key; nobody means that.
    if (words === '') continue
    if (leading && trailing) found.parts.push(words)
    else if (leading) found.suffixes.push(words)
    else if (trailing) found.prefixes.push(words)
    else found.exact.add(words)
  }
  return found
}

function matches({ exact, prefixes, suffixes, parts }: Matcher, value: string): boolean {
  return (
    exact.has(value) ||
    prefixes.some(prefix => value.startsWith(prefix)) ||
    suffixes.some(suffix => value.endsWith(suffix)) ||
    parts.some(words => value.includes(words))
  )
}
