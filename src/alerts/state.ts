import type { Finding } from './condition.ts'

/** An alert that has not ended, as far as its state is concerned. */
export interface OpenAlert {
  id: string
  name: string
  key: string
  state: 'firing' | 'acknowledged'
  severity: Finding['severity']
  seenAtMs: number
}

/** A finding under the name of its condition. */
export interface Found extends Finding {
  name: string
}

export interface Step {
  raised: Found[]
  /** Still there, with the state that they have by it. */
  seen: { id: string; state: OpenAlert['state']; found: Found }[]
  ended: string[]
}

/** One (name, system, object) has one open alert at most. */
export function keyOf({
  name,
  system,
  object,
}: {
  name: string
  system?: string | null
  object?: string | null
}): string {
  return JSON.stringify([name, system ?? '', object ?? ''])
}

/**
 * What one look makes of the alerts that are open: new troubles are raised, known ones seen again, and those that were gone
 * for long enough end. Somebody who acknowledged a ticket did not acknowledge that it became a page.
 */
export function step(
  open: readonly OpenAlert[],
  findings: readonly Found[],
  /** Gone for so long one of this name ends. */
  keepMsOf: (name: string) => number,
  nowMs: number,
): Step {
  const found = new Map(findings.map(finding => [keyOf(finding), finding]))
  const known = new Map(open.map(alert => [alert.key, alert]))
  const isWorse = (alert: OpenAlert, now: Found): boolean => alert.severity === 'ticket' && now.severity === 'page'
  return {
    raised: [...found].flatMap(([key, finding]) => (known.has(key) ? [] : [finding])),
    seen: [...found].flatMap(([key, finding]) => {
      const alert = known.get(key)
      if (alert === undefined) return []
      return [{ id: alert.id, state: isWorse(alert, finding) ? ('firing' as const) : alert.state, found: finding }]
    }),
    ended: open.flatMap(alert =>
      found.has(alert.key) || nowMs - alert.seenAtMs < keepMsOf(alert.name) ? [] : [alert.id],
    ),
  }
}

/** By a person: only what is firing can be acknowledged. */
export function acknowledged(state: 'firing' | 'acknowledged' | 'resolved'): 'acknowledged' | undefined {
  return state === 'firing' ? 'acknowledged' : undefined
}
