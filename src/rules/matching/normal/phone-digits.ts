/** The digits that tell a number from others: without extension, country code and trunk zero as far as they show. */
export function phoneDigits(value: string): string | undefined {
  const text = value.normalize('NFKC').replace(/(?:ext\.?|x|分机|转|#)\s*\d{1,6}\s*$/iu, '')
  const digits = text.replace(/\D/gu, '').replace(/^0+/u, '')
  if (digits.length < 6 || digits.length > 15 || /^(.)\1*$/u.test(digits)) return undefined
  return digits
}

/** The end of a number, by which it is found whatever stands before it: country, area, exchange. */
export function phoneTail(digits: string): string {
  return digits.slice(-7)
}
