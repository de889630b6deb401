import { type Answers, type Ask, createAsker, type Xref } from './asks.ts'
import { type CaseEnv, envOf } from './cases.ts'
import { lineAndColumn, toFailure } from './engine/failure.ts'
import type { Explanation } from './engine/explain.ts'
import type { Limits } from './engine/limits.ts'
import { checkMapping, type MappingSide } from './language/check.ts'
import { completionsAt } from './language/completion.ts'
import { formatSource } from './language/format/format.ts'
import { type MappingTable, sourceOf, tableOf } from './language/table.ts'
import type { Tables } from './tables.ts'
import { compileMapping, type MappingKind, MappingSyntaxError } from './mapping.ts'

/** A mapping that someone is still writing, and what to try it on. */
export interface Draft {
  readonly source: string
  readonly kind?: MappingKind
  readonly limits?: Partial<Limits>
  readonly input: unknown
  readonly env?: CaseEnv
  /** Undefined: those of the files. */
  readonly tables?: Tables
  /** The ids that it asked for as yet, where they are looked up; `isLast`: it must do with them. Else only `env` answers. */
  readonly ids?: { readonly answers: Answers; readonly isLast: boolean }
}

/** What came of a task; a failure says where in the source it is. */
export type Done<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Explanation }

/** What a draft made of its input; `open`: ids that it asks for and that nobody has answered yet. */
export type Tried = Done<unknown> & { readonly open?: readonly Ask[] }

/** All that is done with the text of a draft; it may be hostile, so only draft-worker.ts calls these. */
export const draftTasks = {
  run: (draft: Draft, tables: Tables): Tried => said(draft.source, () => tried(draft, tables)),
  compile: ({ source }: { source: string }, tables: Tables) =>
    told(source, () => {
      compileMapping('draft', source, { tables })
    }),
  check: ({ source, side }: { source: string; side: MappingSide }, tables: Tables) =>
    told(source, () => checkMapping(source, side, tables)),
  complete: ({ source, position, side }: { source: string; position: number; side: MappingSide }, tables: Tables) =>
    told(source, () => completionsAt(source, position, side, tables)),
  format: ({ source }: { source: string }) => told(source, () => formatSource(source)),
  table: ({ source }: { source: string }) => told(source, () => tableOf(source)),
  text: ({ table }: { table: MappingTable }) => told('', () => sourceOf(table)),
} as const

export type DraftTasks = typeof draftTasks
export type DraftTask = keyof DraftTasks

function tried({ source, kind, limits, input, env, tables: own, ids }: Draft, tables: Tables): Tried {
  const options = {
    tables: own ?? tables,
    ...(kind === undefined ? {} : { kind }),
    ...(limits === undefined ? {} : { limits }),
  }
  const mapping = compileMapping('draft', source, options)
  const around = envOf(env)
  if (ids === undefined) return mapping.attempt(input, around)
  const asker = createAsker(ids.answers, ids.isLast)
  const xref: Xref = (...ask) => around.xref?.(...ask) ?? asker.xref(...ask)
  return { ...mapping.attempt(input, { ...around, xref }), open: asker.open }
}

const told = <T>(source: string, make: () => T): Done<T> => said(source, (): Done<T> => ({ ok: true, value: make() }))

function said<D extends Done<unknown>>(source: string, make: () => D): D | Done<never> {
  try {
    return make()
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown, source) }
  }
}

function failureOf(thrown: unknown, source: string): Explanation {
  if (thrown instanceof MappingSyntaxError) return thrown.explained()
  const failure = toFailure(thrown)
  const { code, position } = failure
  const place = position === undefined ? {} : { position, ...lineAndColumn(source, position) }
  return { code, message: failure.text(), params: failure.params(), ...place }
}
