import type { Outcome } from './jobs.ts'

/** Sums over all seeds. */
export interface Summary {
  seeds: number
  /** Seeds that broke a promise, or on which the simulator itself failed. */
  failed: number[]
  simulatedHours: number
  secondsPerSeed: number
  counts: Record<string, number>
}

export function createSummary(): { add(outcome: Outcome): void; sums(): Summary } {
  const counts: Record<string, number> = {}
  const failed: number[] = []
  let [seeds, simulatedMs, realMs] = [0, 0, 0]
  return {
    add(outcome) {
      seeds += 1
      simulatedMs += outcome.simulatedMs
      realMs += outcome.realMs
      if (isFailed(outcome)) failed.push(outcome.seed)
      for (const [name, value] of Object.entries(outcome.counts)) counts[name] = (counts[name] ?? 0) + value
    },
    sums: () => ({
      seeds,
      failed: failed.sort((a, b) => a - b),
      simulatedHours: Math.round(simulatedMs / 3_600_000),
      secondsPerSeed: seeds === 0 ? 0 : Math.round(realMs / seeds) / 1000,
      counts: Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  }
}

export function isFailed(outcome: Outcome): boolean {
  return outcome.error !== undefined || outcome.violations.length > 0
}

/** What a person needs to know of a seed that failed. */
export function failureLines(outcome: Outcome, steps: number): string[] {
  const { seed, violations, error, minimised } = outcome
  const again = `npm run simulate -- --seed ${seed} --steps ${steps}`
  if (error !== undefined) return [`seed ${seed}: the simulator failed: ${error}`, `  again: ${again}`]
  const broken = violations.map(({ invariant, message }) => `  invariant ${invariant}: ${message}`)
  if (minimised === undefined) return [`seed ${seed} broke a promise`, ...broken, `  again: ${again}`]
  return [
    `seed ${seed} broke a promise`,
    ...broken,
    `  with ${minimised.kept.length} of its ${minimised.of} decisions:`,
    ...minimised.trace.map(line => `    ${line}`),
    `  again: ${again} --keep "${minimised.kept.join(', ')}"`,
  ]
}

export function summaryLines({ seeds, failed, simulatedHours, secondsPerSeed, counts }: Summary): string[] {
  return [
    `${seeds} seeds, ${failed.length} failed${failed.length === 0 ? '' : ` (${failed.slice(0, 20).join(', ')})`}`,
    `${simulatedHours} simulated hours, ${secondsPerSeed} s of a core per seed`,
    ...Object.entries(counts).map(([name, count]) => `  ${name}: ${count}`),
  ]
}

/** What is known to be broken, and what is known no longer to be. */
export function openLines(
  open: Readonly<Record<number, string>>,
  failed: readonly number[],
  { from, seeds }: { from: number; seeds: number },
): string[] {
  return Object.entries(open).flatMap(([text, why]) => {
    const seed = Number(text)
    if (seed < from || seed >= from + seeds) return []
    return failed.includes(seed)
      ? [`  open: seed ${seed}: ${why}`]
      : [`  seed ${seed} holds again: take it out of simulation/open-seeds.ts`]
  })
}
