import { plainText } from './text.ts'

/** Characters of the 统一社会信用代码 (GB 32100-2015) in the order of their values, and the weights of its check character. */
const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const creditCodeForm = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/

function hasCheckCharacter(code: string): boolean {
  const sum = weights.reduce((total, weight, index) => total + weight * characters.indexOf(code.charAt(index)), 0)
  return characters.charAt((31 - (sum % 31)) % 31) === code.charAt(17)
}

/**
 * A tax id in the form it is compared in: upper case without separators. A Chinese credit code with a wrong check
 * character is refused, as a slip of the pen must not join two companies; of other ids only the shape is checked.
 */
export function taxId(value: unknown): string | undefined {
  const code = plainText(value, 60)
    ?.toUpperCase()
    .replaceAll(/[\s.\-/_]/g, '')
  if (code === undefined || !/^[0-9A-Z]{5,20}$/.test(code) || !/\d{2}/.test(code)) return undefined
  // Placeholders such as 000000000 or 111111111111111.
  if (/^(.)\1*$/.test(code.replace(/^[A-Z]{2}/, ''))) return undefined
  if (creditCodeForm.test(code)) return hasCheckCharacter(code) ? code : undefined
  return code
}
