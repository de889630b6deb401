import { RULE_FILES } from './rule-files.ts'

/** How many times faster the copy lives: an hour is twenty seconds. */
const TIMES = 180
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/**
 * A copy of the rules with every window, offset and `for` divided by 180, so that a test need not wait for an hour. Thresholds
 * stay as they are: what is a number of seconds, calls or rows is the product's. The copy proves that the alerts fire from what a
 * broken hub really tells, and that they end; that the product's own times do, `promtool test rules` proves (rules.test.ts).
 */
export function scaledRules(): ReadonlyMap<string, string> {
  return new Map([...RULE_FILES].map(([name, text]) => [name, scaled(text)]))
}

function scaled(text: string): string {
  return text
    .replaceAll(/\[(\d+)([smhd])\]/g, (_, n: string, unit: string) => `[${shorter(n, unit)}]`)
    .replaceAll(
      /\b(offset|for:) (\d+)([smhd])\b/g,
      (_, word: string, n: string, unit: string) => `${word} ${shorter(n, unit)}`,
    )
}

/** At least three scrapes, else there is no rate. */
function shorter(n: string, unit: string): string {
  return `${Math.max(3_000, Math.round((Number(n) * (SECONDS[unit] ?? 1) * 1_000) / TIMES))}ms`
}
