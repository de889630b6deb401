import type { Problem } from '../../api/client.ts'
import { useSaid } from '../../locales/said.ts'
import type { Finding } from '../editor/findings.ts'
import type { Row } from './use-table.ts'

type Cell = 'target' | 'source' | 'transformations' | 'text'

/** What is wrong with a row, and in which of its cells. */
export interface RowProblem {
  cell: Cell
  level: Finding['level']
  text: string
}

/** Says of an input that what it holds is wrong, and where it is told why. */
export type MarkOf = (cell: Cell) => {
  status?: RowProblem['level']
  'aria-invalid'?: true
  'aria-describedby'?: string
}

const CELLS: readonly Cell[] = ['target', 'source', 'transformations', 'text']

/** What the hub says of each row: why it cannot be written, else what it finds in the field that the row makes. */
export function useRowProblems(
  problem: Problem | undefined,
  findings: readonly Finding[],
): (row: Row, index: number) => readonly RowProblem[] {
  const said = useSaid()
  return (row, index) => {
    const place = `rows[${index}].`
    const unwritable = problem?.errors?.filter(({ path }) => path.startsWith(place)) ?? []
    if (unwritable.length > 0)
      return unwritable.map(error => ({
        cell: CELLS.find(cell => error.path === place + cell) ?? 'target',
        level: 'error',
        text: said(error),
      }))
    const target = row.target.join('.')
    return findings
      .filter(finding => finding.target === target)
      .map(finding => ({ cell: 'target', level: finding.level, text: said(finding) }))
  }
}

/** What the rows do not say: it stands above them. */
export function otherProblem(problem: Problem | undefined): Problem | undefined {
  return problem?.errors?.some(({ path }) => path.startsWith('rows[')) === true ? undefined : problem
}
