import type { Explanation } from '#mapping/engine/explain.ts'
import { type Problem, problem } from '../problem.ts'

/** The text of a mapping cannot be read: where, and why. */
export function unreadable({ code, message, params, line = 1, column = 1 }: Explanation): Problem {
  return problem('text_unreadable', {}, [
    { path: `${line}:${column}`, message, reason: code, ...(params && { params }) },
  ])
}
