/** The digits after the country's letters, and what kind of check digit they end in, by country of the European Union. */
interface Form {
  form: RegExp
  isRight: (number: string) => boolean
}

const LETTERS_IE = 'WABCDEFGHIJKLMNOPQRSTUV'
const LETTERS_ES = 'TRWAGMYFPDXBNJZSQVHLCKE'
const CONTROLS_ES = 'JABCDEFGHI'
const ODD_CY = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * By the structures and algorithms that the member states publish for their VAT numbers. Forms without a check digit, such as those
 * of private persons in some states, are not among them.
 */
const FORMS: Readonly<Record<string, Form>> = {
  AT: {
    form: /^U\d{8}$/,
    isRight: text => (10 - ((doubled(digits(text).slice(0, 7), 1) + 4) % 10)) % 10 === last(text),
  },
  BE: { form: /^[01]\d{9}$/, isRight: text => 97 - (Number(text.slice(0, 8)) % 97) === Number(text.slice(8)) },
  BG: { form: /^\d{9}$/, isRight: text => secondRound(text, [1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8, 9, 10]) },
  CY: { form: /^\d{8}[A-Z]$/, isRight: text => LETTERS.charAt(cypriot(digits(text)) % 26) === text.at(-1) },
  CZ: { form: /^\d{8}$/, isRight: text => (11 - (weighted(text, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === last(text) },
  DE: { form: /^[1-9]\d{8}$/, isRight: mod11And10 },
  DK: { form: /^\d{8}$/, isRight: text => weighted(text, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 },
  EE: { form: /^\d{9}$/, isRight: text => weighted(text, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 },
  EL: { form: /^\d{9}$/, isRight: text => (weighted(text, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === last(text) },
  ES: { form: /^(?:[XYZ]\d{7}[A-Z]|\d{8}[A-Z]|[A-HJNP-SUVW]\d{7}[0-9A-J])$/, isRight: spanish },
  FI: { form: /^\d{8}$/, isRight: text => weighted(text, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0 },
  FR: {
    form: /^\d{2}[1-9]\d{8}$/,
    isRight: text => (12 + 3 * (Number(text.slice(2)) % 97)) % 97 === Number(text.slice(0, 2)),
  },
  HR: { form: /^\d{11}$/, isRight: mod11And10 },
  HU: { form: /^\d{8}$/, isRight: text => weighted(text, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 === 0 },
  IE: {
    form: /^\d{7}[A-W][A-I]?$/,
    isRight: text =>
      LETTERS_IE.charAt(
        (weighted(text, [8, 7, 6, 5, 4, 3, 2]) + 9 * LETTERS_IE.indexOf(text.charAt(8) || 'W')) % 23,
      ) === text.charAt(7),
  },
  IT: { form: /^\d{11}$/, isRight: text => (10 - (doubled(digits(text).slice(0, 10), 1) % 10)) % 10 === last(text) },
  LT: { form: /^(?:\d{9}|\d{12})$/, isRight: text => secondRound(text, cycle(text, 0), cycle(text, 2)) },
  LU: { form: /^\d{8}$/, isRight: text => Number(text.slice(0, 6)) % 89 === Number(text.slice(6)) },
  LV: { form: /^[4-9]\d{10}$/, isRight: text => weighted(text, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 === 3 },
  MT: { form: /^\d{8}$/, isRight: text => weighted(text, [3, 4, 6, 7, 8, 9, 10, 1]) % 37 === 0 },
  NL: {
    form: /^\d{9}B\d{2}$/,
    isRight: text => weighted(text, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === Number(text.charAt(8)) || mod97(`NL${text}`),
  },
  PL: { form: /^\d{10}$/, isRight: text => weighted(text, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === last(text) },
  PT: {
    form: /^\d{9}$/,
    isRight: text => ((11 - (weighted(text, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === last(text),
  },
  RO: {
    form: /^[1-9]\d{1,9}$/,
    isRight: text => ((weighted(text.padStart(10, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) % 10 === last(text),
  },
  SE: {
    form: /^\d{10}01$/,
    isRight: text => (10 - (doubled(digits(text).slice(0, 9), 0) % 10)) % 10 === Number(text.charAt(9)),
  },
  SI: {
    form: /^[1-9]\d{7}$/,
    isRight: text => (11 - (weighted(text, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === last(text),
  },
  SK: { form: /^[1-9]\d{9}$/, isRight: text => Number(text) % 11 === 0 },
}

/** Whether a code has the form of a VAT number of the European Union, but a wrong check digit: a slip of the pen. */
export function isMistypedVat(code: string): boolean {
  const country = code.slice(0, 2)
  const [found, number] = [FORMS[country === 'GR' ? 'EL' : country], code.slice(2)]
  return found !== undefined && found.form.test(number) && !found.isRight(number)
}

function digits(text: string): number[] {
  return Array.from(text.replaceAll(/\D/g, ''), Number)
}

function last(text: string): number {
  return Number(text.at(-1))
}

function weighted(text: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(text.charAt(at)), 0)
}

/** Luhn's sum: every second digit, from `first` on, is doubled, and its digits added. */
function doubled(list: readonly number[], first: number): number {
  return list.reduce(
    (sum, digit, at) => sum + (at % 2 === first ? Math.trunc(digit / 5) + ((digit * 2) % 10) : digit),
    0,
  )
}

/** ISO 7064, MOD 11,10. */
function mod11And10(text: string): boolean {
  const product = digits(text.slice(0, -1)).reduce((before, digit) => {
    const sum = (before + digit) % 10
    return ((sum === 0 ? 10 : sum) * 2) % 11
  }, 10)
  return (11 - product) % 10 === last(text)
}

/** ISO 7064, MOD 97,10, over letters as numbers from 10 on. */
function mod97(text: string): boolean {
  const number = Array.from(text, letter => parseInt(letter, 36).toString()).join('')
  return BigInt(number) % 97n === 1n
}

/** Where the first weights leave a remainder of 10, others are taken. */
function secondRound(text: string, first: readonly number[], second: readonly number[]): boolean {
  const rest = weighted(text, first) % 11
  const again = rest < 10 ? rest : weighted(text, second) % 11
  return again % 10 === last(text)
}

function cycle(text: string, from: number): number[] {
  return Array.from({ length: text.length - 1 }, (_, at) => 1 + ((at + from) % 9))
}

function cypriot(list: readonly number[]): number {
  return list.reduce((sum, digit, at) => sum + (at % 2 === 0 ? (ODD_CY[digit] ?? 0) : digit), 0)
}

/** Persons have a letter by the remainder of 23, companies a digit or a letter for it. */
function spanish(text: string): boolean {
  const person = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(text)
  if (person !== null) {
    const [, kind = '', number = '', letter] = person
    const whole = kind === '' ? number : `${'XYZ'.indexOf(kind)}${number}`
    return LETTERS_ES.charAt(Number(whole) % 23) === letter
  }
  const control = (10 - (doubled(digits(text.slice(1, 8)), 0) % 10)) % 10
  return text.at(-1) === String(control) || text.at(-1) === CONTROLS_ES.charAt(control)
}
