import { compareAddresses } from './compare-addresses.ts'
import { compareCompanies } from './compare-companies.ts'
import { compareNames } from './compare-names.ts'
import type { Features } from './features.ts'
import type { Counted } from './frequency.ts'
import { type Context, type Finding, usualU, weightOf } from './finding.ts'
import type { Comparison } from './model.ts'
import { compareBirth } from './normal/birth-date.ts'
import type { NameParts } from './normal/person.ts'
import { phoneParts, phoneTail } from './normal/phone-number.ts'
import { editDistance, jaroWinkler } from './normal/similarity.ts'

/** All that two records say about each other; what either does not say is no finding. */
export function compare(left: Features, right: Features, context: Context): Finding[] {
  return [
    ...bestPair(context, left.names, right.names, (a, b) => compareNames(a, b, context)),
    ...compareCompanies(left.companies, right.companies, context),
    ...bestPair(context, left.registered, right.registered, (a, b) => [same('registered', a, b)]),
    ...bestPair(context, left.births, right.births, (a, b) => [birth(a, b)]),
    ...bestPair(context, left.mails, right.mails, (a, b) => mail(a, b, left.names ?? [], context)),
    ...bestPair(context, left.phones, right.phones, (a, b) => [phone(a, b, context)]),
    ...bestPair(context, left.domains, right.domains, (a, b) => [plain('domain', 'domain', a, b, context)]),
    ...ids(left.ids ?? {}, right.ids ?? {}, context),
    ...bestPair(context, left.addresses, right.addresses, (a, b) => compareAddresses(a, b, context)),
    ...(left.gender === undefined || right.gender === undefined ? [] : [same('gender', left.gender, right.gender)]),
    ...traits(left.traits ?? {}, right.traits ?? {}, context),
  ]
}

/** Of several values on both sides the pair that agrees best speaks. */
function bestPair<T>(
  context: Context,
  left: readonly T[] | undefined,
  right: readonly T[] | undefined,
  one: (a: T, b: T) => Finding[],
): Finding[] {
  let found: Finding[] = []
  let most = -Infinity
  for (const a of left ?? []) {
    for (const b of right ?? []) {
      const findings = one(a, b)
      const sum = findings.reduce((total, finding) => total + weightOf(context.model, finding), 0)
      if (findings.length > 0 && sum > most) [found, most] = [findings, sum]
    }
  }
  return found
}

function same(comparison: Comparison, left: string, right: string): Finding {
  return { comparison, level: left === right ? 'exact' : 'differs', left, right }
}

function birth(left: string, right: string): Finding {
  return { comparison: 'birth', level: compareBirth(left, right), left, right }
}

function mail(left: string, right: string, names: readonly NameParts[], context: Context): Finding[] {
  const finding = (level: string, u?: number): Finding[] => [
    { comparison: 'mail', level, left, right, ...(u === undefined ? {} : { u }) },
  ]
  if (left === right) return finding('exact', context.frequency('mail', left, usualU(context, 'mail')))
  const [[localA = '', domainA = ''], [localB = '', domainB = '']] = [left.split('@'), right.split('@')]
  if (editDistance(left, right, 2) <= 2 || jaroWinkler(left, right) > 0.96) return finding('similar')
  // A mailbox that is called like its owner says at another provider no more than the name does.
  if (localA === localB && localA.length >= 4) return isNamed(localA, names) ? [] : finding('local')
  if (domainA === domainB)
    return finding('domain', context.frequency('domain', domainA, usualU(context, 'mail', 'domain')))
  return finding('differs')
}

function isNamed(local: string, names: readonly NameParts[]): boolean {
  return names.some(({ given, family }) => [...given, ...family].some(word => word.length > 2 && local.includes(word)))
}

function phone(left: string, right: string, context: Context): Finding {
  const [a, b] = phoneParts(left, right)
  const texts = { comparison: 'phone' as const, left, right }
  if (a === b)
    return { ...texts, level: 'exact', u: context.frequency('phone', phoneTail(left), usualU(context, 'phone')) }
  return { ...texts, level: editDistance(a, b, 1) <= 1 ? 'slip' : 'differs' }
}

function plain(comparison: Comparison, counted: Counted, left: string, right: string, context: Context): Finding {
  if (left !== right) return { comparison, level: 'differs', left, right }
  return { comparison, level: 'exact', left, right, u: context.frequency(counted, left, usualU(context, comparison)) }
}

function ids(
  left: Readonly<Record<string, string[]>>,
  right: Readonly<Record<string, string[]>>,
  context: Context,
): Finding[] {
  return Object.entries(left).flatMap(([scheme, mine]) =>
    bestPair(context, mine, right[scheme], (a, b) => {
      const level = a === b ? 'exact' : a.length > 4 && editDistance(a, b, 1) <= 1 ? 'slip' : 'differs'
      return [{ comparison: 'id', level, left: `${scheme}:${a}`, right: `${scheme}:${b}` }]
    }),
  )
}

function traits(
  left: Readonly<Record<string, string[]>>,
  right: Readonly<Record<string, string[]>>,
  context: Context,
): Finding[] {
  return Object.entries(left).flatMap(([name, mine]): Finding[] => {
    const theirs = right[name]
    if (theirs === undefined) return []
    const [a, b] = [mine.join(' '), theirs.join(' ')]
    const texts = { comparison: 'trait' as const, left: a, right: b }
    if (a === b || areShortened(mine, theirs))
      return [{ ...texts, level: 'exact', u: context.frequency('trait', `${name} ${a}`, usualU(context, 'trait')) }]
    const isPart = mine.some(word => word.length > 2 && theirs.includes(word)) || jaroWinkler(a, b) > 0.9
    return [{ ...texts, level: isPart ? 'part' : 'differs' }]
  })
}

/** One is the other with words left out: Universal Exports, Universal Exports Worldwide. */
function areShortened(left: readonly string[], right: readonly string[]): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left]
  return short.length > 1 && short.every(word => long.includes(word))
}
