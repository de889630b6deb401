import { fillHoles, type Holes } from '#model/holes.ts'

/** Why a mapping is no table. */
export const noTableTexts = {
  not_an_object: 'it is no object whose fields could be the rows, with or without variables before it',
  not_rows: 'a key is no plain text, begins with $, is there twice, or a comment stands at the end of the object',
} as const

/** What is wrong with a row that a person wrote, and in which of its cells. */
export const rowTexts = {
  row_without_target: { cell: 'target', text: 'a row needs a target' },
  variable_name: { cell: 'target', text: '{{name}}: a variable has a name such as $name' },
  variable_late: { cell: 'target', text: '{{name}}: variables stand before the fields' },
  target_twice: { cell: 'target', text: '{{name}} is there twice' },
  rows_apart: { cell: 'target', text: '{{name}}: rows of one object stand together' },
  comment_open: { cell: 'target', text: '{{name}}: a comment stands in /* */' },
  source_no_path: { cell: 'source', text: '{{name}}: the source must be a path, such as address.city' },
  transformation_unreadable: {
    cell: 'transformations',
    text: '{{name}}: a transformation must be the name of a function with plain values',
  },
  expression_unreadable: { cell: 'text', text: '{{name}}: the text cannot be read as one expression' },
} as const satisfies Readonly<Record<string, { cell: string; text: string }>>

type Reason = keyof typeof rowTexts

/** `row` counts from 0. */
export interface RowProblem {
  readonly row: number
  readonly cell: (typeof rowTexts)[Reason]['cell']
  readonly reason: Reason
  readonly params: Readonly<Record<Holes<(typeof rowTexts)[Reason]['text']>, string>>
  readonly message: string
}

export function rowProblem(row: number, reason: Reason, name: string): RowProblem {
  const { cell, text } = rowTexts[reason]
  return { row, cell, reason, params: { name }, message: fillHoles(text, () => name) }
}
