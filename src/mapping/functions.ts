import type { BuiltIn } from './builtins/built-in.ts'

/** A function of the field, with what `docs/mapping.md` says about it. */
export interface FieldFunction extends BuiltIn {
  readonly doc: string
  /** An expression and its result, run by a test. */
  readonly example: { readonly expression: string; readonly result: unknown }
}

export const fieldFunctions: readonly FieldFunction[] = []
