/** One text for a pair of golden records, whichever comes first. */
export function pairText(left: string, right: string): string {
  return left < right ? `${left} ${right}` : `${right} ${left}`
}
