/** Reads a whole number that is written in some way. */
export type IntegerReader = (text: string) => number

/** The reader for `$parseInteger` of the usual pictures, words and digits with commas for thousands; undefined for all others. */
export function integerReader(picture: string): IntegerReader | undefined {
  if (wordPictures.has(picture)) return wordsValue
  if (!/^[#0]+(,[#0]{3})*$/.test(picture) || !picture.includes('0')) return undefined
  return picture.includes(',') ? text => leadingNumber(text.replaceAll(',', '')) : leadingNumber
}

/** As the reference reads it, `0x1f` included. */
// oxlint-disable-next-line radix
const leadingNumber = (text: string): number => Number.parseInt(text)

const wordPictures = new Set(['w', 'W', 'Ww'])

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
const smallOrdinals =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'
const large = 'thousand million billion trillion'

const words = new Map<string, number>([
  ...small.split(' ').map((word, value) => [word, value] as const),
  ...smallOrdinals.split(' ').map((word, value) => [word, value] as const),
  ...tens.split(' ').flatMap((word, at) => withOrdinal(word, `${word.slice(0, -1)}ieth`, 10 * (at + 2))),
  ...withOrdinal('hundred', 'hundredth', 100),
  ...large.split(' ').flatMap((word, at) => withOrdinal(word, `${word}th`, 1000 ** (at + 1))),
])

function withOrdinal(word: string, ordinal: string, value: number): (readonly [string, number])[] {
  return [
    [word, value],
    [ordinal, value],
  ]
}

/** The number that words make; NaN if one of them is none. A large word counts what stands before it, up to the last larger one. */
function wordsValue(text: string): number {
  let total = 0
  let group = 0
  for (const word of text.toLowerCase().split(/,\s|\sand\s|[\s\\-]/)) {
    const value = words.get(word) ?? Number.NaN
    if (!(value < 100)) group *= value
    else if (group >= 1000) {
      total += group
      group = value
    } else group += value
  }
  return total + group
}
