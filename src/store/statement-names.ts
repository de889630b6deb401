import { createHash } from 'node:crypto'

/** A text run this often is one of the hub's own, not one put together for a single question. */
const runsBeforeName = 5
/** Each name costs memory on every connection; texts beyond these stay unnamed. */
const namesMax = 300
/** Texts under observation; reached only if texts differ from run to run, and then forgotten together. */
const watchedMax = 2000
/** A name is given anew after so many runs, ten times as many after that, and so on up to this many times. */
const firstRenewal = 30
const renewalsMax = 5

interface Named {
  base: string
  name: string
  runs: number
  renewAt: number
  renewals: number
}

/**
 * Gives the statements that come again and again a name each, so that PostgreSQL parses and plans them once per
 * connection. Measured on claiming a batch from a table of six partitions: 0.7 ms unnamed, 0.2 ms named.
 *
 * A kept plan knows the tables as they were when it was made. In a new database they are empty and every index looks
 * alike, and until they are first analyzed nothing tells the server to plan again; so names are renewed as runs grow.
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, Named>()
  const runs = new Map<string, number>()
  return text => {
    const named = names.get(text)
    if (named !== undefined) return nameNow(named)
    if (names.size >= namesMax) return undefined
    const count = (runs.get(text) ?? 0) + 1
    if (count < runsBeforeName) {
      if (runs.size >= watchedMax) runs.clear()
      runs.set(text, count)
      return undefined
    }
    runs.delete(text)
    const base = createHash('sha256').update(text).digest('hex').slice(0, 24)
    names.set(text, { base, name: base, runs: count, renewAt: firstRenewal, renewals: 0 })
    return base
  }
}

function nameNow(named: Named): string {
  named.runs += 1
  if (named.runs >= named.renewAt && named.renewals < renewalsMax) {
    named.renewals += 1
    named.renewAt *= 10
    named.name = `${named.base}_${named.renewals}`
  }
  return named.name
}
