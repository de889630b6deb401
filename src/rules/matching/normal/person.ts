import { personName } from '#model/values/person-name.ts'
import { fold, words } from './fold.ts'
import { hasHan, pinyin } from './pinyin.ts'

/** A person's name taken apart: given and family names as folded words. */
export interface NameParts {
  given: string[]
  family: string[]
  /** jr, sr, ii ...: father and son differ in nothing else. */
  generation?: string
}

const TITLES = new Set(
  'mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend hon herr frau mme mlle m sr sra srta don dona capt col gen lt sgt maj mag ing dipl rt right hon honourable honorable baron baroness earl count countess duke duchess marquess marchioness viscount prince princess king queen saint bishop father brother sister 1st 2nd 3rd 4th 5th 6th 7th 8th 9th'.split(
    ' ',
  ),
)
const LETTERS_AFTER = new Set(
  'baronet bart bt phd md esq mba msc bsc ma ba llm obe mbe cbe kbe frs dds rn cpa jd'.split(' '),
)
const GENERATIONS: Readonly<Record<string, string>> = {
  jr: 'jr',
  junior: 'jr',
  jnr: 'jr',
  sr: 'sr',
  senior: 'sr',
  snr: 'sr',
  ii: '2',
  iii: '3',
  iv: '4',
}
/** Words that join a first name to where somebody comes from: "John of Clark". */
const JOINERS = new Set('of the de da do di del la le von van der den zu y e'.split(' '))

/** The parts of a name given in two fields, in one, or in both; undefined when nothing tells who it is. */
export function nameParts(
  given: string | undefined,
  family: string | undefined,
  full: string | undefined,
  suffix?: string,
): NameParts | undefined {
  const whole = full === undefined ? undefined : personName(full)
  const own = { given: namePart(given), family: namePart(family) }
  const read = { given: namePart(whole?.givenName), family: namePart(whole?.familyName) }
  const parts = {
    given: own.given.length > 0 ? own.given : read.given,
    family: own.family.length > 0 ? own.family : read.family,
  }
  if (parts.given.length + parts.family.length === 0) return undefined
  // Middle names stand in the full name only; people go by them.
  const middle = [...read.given, ...read.family].filter(
    word => !parts.given.includes(word) && !parts.family.includes(word),
  )
  const generation = [full, family, given, suffix]
    .flatMap(text => (text === undefined ? [] : words(text)))
    .map(generationOf)
    .find(isText)
  const named = { given: [...parts.given, ...middle].slice(0, 4), family: parts.family }
  return generation === undefined ? named : { ...named, generation }
}

function isText(value: string | undefined): value is string {
  return value !== undefined
}

function generationOf(word: string, at: number): string | undefined {
  return at === 0 || !Object.hasOwn(GENERATIONS, word) ? undefined : GENERATIONS[word]
}

function namePart(text: string | undefined): string[] {
  if (text === undefined) return []
  if (hasHan(text)) return [hanWord(text)]
  const all = words(text.replaceAll('.', ' '))
  const telling = all.filter((word, at) => !LETTERS_AFTER.has(word) && (at === 0 || !Object.hasOwn(GENERATIONS, word)))
  const bare = telling.filter(word => !TITLES.has(word) && !JOINERS.has(word))
  return bare
}

/** Chinese names are compared by their sound: the same person is 张伟, 張偉 and Zhang Wei. */
function hanWord(text: string): string {
  const sound = pinyin(text).join('')
  return sound === '' ? fold(text) : sound
}
