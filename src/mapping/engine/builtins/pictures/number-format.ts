import { LRUCache } from 'lru-cache'

type Round = (value: number, digits: number) => number

/** Writes a number by a picture; undefined if it is none of the usual ones. `round` is the language's rounding. */
export type NumberWriter = (value: number, round: Round) => string | undefined

const writers = new LRUCache<string, { readonly writer: NumberWriter | undefined }>({
  max: 200,
  memoMethod: picture => ({ writer: makeWriter(picture) }),
})

/**
 * The writer for `$formatNumber` of a picture such as `#,##0.00 EUR`: one form, digits in threes or all together, neither
 * percent nor exponent. Undefined for all others.
 */
export function numberWriter(picture: string): NumberWriter | undefined {
  return writers.memo(picture).writer
}

const usual = /^(?<prefix>[^0-9#.,;%‰e]*)(?<whole>[#0,]+)(?:\.(?<decimals>0*#*))?(?<suffix>[^0-9#.,;%‰e]*)$/
const exactMax = 1e15

function makeWriter(picture: string): NumberWriter | undefined {
  const { prefix = '', whole = '', decimals, suffix = '' } = usual.exec(picture)?.groups ?? {}
  const [first = '', ...threes] = whole.split(',')
  const isUsual = first !== '' && decimals !== '' && threes.every(three => three.length === 3)
  if (!isUsual || !/^#*0*$/.test(first + threes.join(''))) return undefined
  const digitsMax = decimals?.length ?? 0
  const zeros = whole.replaceAll(/[#,]/g, '').length
  // Something must be written: a digit before the point, or, if there may be some behind it, one there.
  const wholeMin = zeros === 0 && digitsMax === 0 ? 1 : zeros
  const digitsMin = wholeMin === 0 ? Math.max(1, zerosOf(decimals)) : zerosOf(decimals)
  return (value, round) => {
    if (!(Math.abs(value) < exactMax)) return undefined
    const [left = '', right = ''] = fixed(value, digitsMax, round).split('.')
    const digits = (left === '0' ? '' : left).padStart(wholeMin, '0')
    const decimal = right.replace(/0+$/, '').padEnd(digitsMin, '0')
    const text = (threes.length > 0 ? inThrees(digits) : digits) + (decimal === '' ? '' : `.${decimal}`)
    return `${value < 0 ? '-' : ''}${prefix}${text}${suffix}`
  }
}

const zerosOf = (decimals: string | undefined): number => decimals?.replaceAll('#', '').length ?? 0

/** The digits of a number without its sign. Most have no more of them than are to be shown, and need no rounding. */
function fixed(value: number, digits: number, round: Round): string {
  const text = Math.abs(value).toFixed(digits)
  const isExact = Number(text) === Math.abs(value) && Math.abs(value) * 10 ** digits < exactMax
  return isExact ? text : Math.abs(round(value, digits)).toFixed(digits)
}

function inThrees(digits: string): string {
  let text = digits.slice(-3)
  for (let end = digits.length - 3; end > 0; end -= 3) text = `${digits.slice(Math.max(0, end - 3), end)},${text}`
  return text
}
