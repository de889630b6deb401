import type { StewardAct } from './stewardship.ts'
import { type Union, unionsAt } from './union.ts'

/** Two golden records that a person called "never the same"; `sure` is false where it may have been lifted, or not said. */
export interface Never {
  leftId: string
  rightId: string
  sure: boolean
}

/** The verdicts that stand. What was said of a part holds for the whole that it is merged into; so does its lifting. */
export function verdicts(acts: readonly StewardAct[], unions: readonly Union[]): readonly Never[] {
  let standing: Never[] = []
  for (const { what, askedMs, answeredMs, sure } of acts) {
    if (what.kind === 'never') standing.push({ leftId: what.leftId, rightId: what.rightId, sure })
    if (what.kind !== 'lift') continue
    const then = unionsAt(unions, answeredMs)
    const moved = unions.some(({ fromMs }) => fromMs >= askedMs && fromMs <= answeredMs)
    const sides = [new Set(then.members(what.leftId)), new Set(then.members(what.rightId))]
    const isLifted = ({ leftId, rightId }: Never): boolean =>
      [sides, sides.toReversed()].some(([one, other]) => one?.has(leftId) === true && other?.has(rightId) === true)
    standing = standing.flatMap(never =>
      isLifted(never) ? (sure && !moved ? [] : [{ ...never, sure: false }]) : [never],
    )
  }
  return standing
}
