import { MappingFailure } from './engine/failure.ts'

/** What a mapping asks by `$xref`: outbound `id` is a golden id, inbound that of a remote record. */
export interface Ask {
  readonly system: string
  readonly object: string
  readonly id: string
}

/** Answers by `askText`; null: there is none. */
export type Answers = Map<string, string | null>

/** Answers `$xref(system, object, id)`. */
export type Xref = (system: string, object: string, id: string) => string | undefined

/** Where what comes out does not matter. */
export const noAnswer: Xref = () => undefined

/** Different ids that one run may ask for: each is looked up in the database. */
const ASKS_MAX = 200
/** An id may be asked for by an id that was asked for; deeper than this it does not come to an end. */
const ROUNDS_MAX = 4

export const askText = ({ system, object, id }: Ask): string => JSON.stringify([system, object, id])

/**
 * Answers one run from what is known and notes what it asks. What is not known is nothing at first, and the run is to be
 * done again with it; in the last round it is a failure.
 */
export function createAsker(answers: Answers, isLast: boolean) {
  const asked = new Map<string, Ask>()
  const open: Ask[] = []
  const xref: Xref = (system, object, id) => {
    const ask = { system, object, id }
    const text = askText(ask)
    if (!asked.has(text)) {
      if (asked.size >= ASKS_MAX) throw new MappingFailure('M1011', { value: ASKS_MAX })
      asked.set(text, ask)
      if (!answers.has(text)) {
        if (isLast) throw new MappingFailure('M1012', { value: ROUNDS_MAX })
        open.push(ask)
      }
    }
    return answers.get(text) ?? undefined
  }
  return { xref, asked, open }
}

/** Looks ids up; what is missing in the answer has none. */
export type FindIds = (asks: readonly Ask[]) => Promise<ReadonlyMap<string, string>>

/**
 * Evaluates again with what was asked until nothing is open. Who asks nothing is evaluated once, and nothing is looked up.
 */
export async function untilAnswered<Result>(
  evaluate: (answers: Answers, isLast: boolean) => Promise<{ result: Result; open: readonly Ask[] }>,
  find: FindIds,
): Promise<Result> {
  const answers: Answers = new Map()
  for (let round = 0; ; round++) {
    const { result, open } = await evaluate(answers, round === ROUNDS_MAX)
    if (open.length === 0) return result
    const asks = [...new Map(open.map(ask => [askText(ask), ask])).values()]
    const found = await find(asks)
    for (const text of asks.map(askText)) answers.set(text, found.get(text) ?? null)
  }
}

export interface Answered<Result> {
  result: Result
  asked: readonly Ask[]
}

/** Runs each item, in order; those that ask are run again when all that they ask is looked up, in one go for all of them. */
export async function runAnswered<Item, Result>(
  items: Iterable<Item>,
  run: (item: Item, xref: Xref) => Result,
  find: FindIds,
): Promise<Answered<Result>[]> {
  const evaluate = (item: Item, answers: Answers, isLast: boolean) => {
    const asker = createAsker(answers, isLast)
    return { item, result: run(item, asker.xref), asker }
  }
  const done: ReturnType<typeof evaluate>[] = []
  await untilAnswered(async (answers, isLast) => {
    if (answers.size === 0) for (const item of items) done.push(evaluate(item, answers, isLast))
    else
      for (const [index, { item, asker }] of done.entries())
        if (asker.open.length > 0) done[index] = evaluate(item, answers, isLast)
    return { result: undefined, open: done.flatMap(({ asker }) => asker.open) }
  }, find)
  return done.map(({ result, asker }) => ({ result, asked: [...asker.asked.values()] }))
}
