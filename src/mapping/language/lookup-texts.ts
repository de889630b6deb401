import type { Lookups } from './flow/lookups.ts'

/** A text that `$table` or `$xref` may be asked for, as it is offered at the cursor. */
export interface LookupText {
  readonly label: string
  readonly kind: 'text'
  /** The columns of a table. */
  readonly detail: string
}

/** Keys of a table that are offered. */
const KEYS_MAX = 200

/** A call of one of the two whose first or second text is being written. */
const CALL = /\$(table|xref)\s*\(\s*(?:(["'])([^"'\n]*)\2\s*,\s*)?["'][^"'\n]*$/

/** What may stand in the text of a `$table` or `$xref` that a source ends in; undefined: it ends in none. */
export function lookupTexts(before: string, { tables, systems = {} }: Lookups): readonly LookupText[] | undefined {
  const [, callee, , first] = CALL.exec(before) ?? []
  if (callee === undefined) return undefined
  if (callee === 'xref')
    return first === undefined
      ? texts(Object.keys(systems))
      : texts(Object.hasOwn(systems, first) ? systems[first] : [])
  if (first === undefined)
    return [...(tables ?? [])].map(([name, { columns }]) => ({ label: name, kind: 'text', detail: columns.join(', ') }))
  return texts([...(tables?.get(first)?.rows.keys() ?? [])].slice(0, KEYS_MAX))
}

const texts = (labels: readonly string[] = []): readonly LookupText[] =>
  labels.map(label => ({ label, kind: 'text', detail: '' }))
