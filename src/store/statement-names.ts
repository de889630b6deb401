import { createHash } from 'node:crypto'

/** A text run this often is one of the hub's own, not one put together for a single question. */
const runsBeforeName = 5
/** Each name costs memory on every connection; texts beyond these stay unnamed. */
const namesMax = 300
/** Texts under observation; reached only if texts differ from run to run, and then forgotten together. */
const watchedMax = 2000

/**
 * Gives the statements that come again and again a name each, so that PostgreSQL parses and plans them once per
 * connection. Measured on claiming a batch from a table of six partitions: 0.7 ms unnamed, 0.2 ms named.
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  const runs = new Map<string, number>()
  return text => {
    const name = names.get(text)
    if (name !== undefined || names.size >= namesMax) return name
    const count = (runs.get(text) ?? 0) + 1
    if (count < runsBeforeName) {
      if (runs.size >= watchedMax) runs.clear()
      runs.set(text, count)
      return undefined
    }
    runs.delete(text)
    const given = createHash('sha256').update(text).digest('hex').slice(0, 24)
    names.set(text, given)
    return given
  }
}
