import { PlusOutlined } from '@ant-design/icons'
import { Button, Empty, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { ProblemBox } from '../../elements/problem.tsx'
import { useSaid } from '../../locales/said.ts'
import type { Finding } from '../editor/findings.ts'
import { useStudio } from '../studio.ts'
import { otherProblem, useRowProblems } from './row-problems.ts'
import { TableRow } from './table-row.tsx'
import { type Row, useTable } from './use-table.ts'
import './table.css'

/** The mapping for people who do not write code: where each field comes from, what is done to it, what it is otherwise. */
export default function TableView({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation()
  const { detail } = useStudio()
  const said = useSaid()
  const { rows, none, problem, change } = useTable()
  const problemsOf = useRowProblems(problem, findings)
  if (none !== undefined)
    return (
      <Empty
        className="pane-empty"
        description={
          <>
            {t('studio.table.none')} {said(none)}
          </>
        }
      />
    )
  if (rows === undefined)
    return problem === undefined ? <Skeleton className="pane-skeleton" active /> : <ProblemBox problem={problem} />

  const above = otherProblem(problem)
  const replace = (index: number, row: Row | undefined): void =>
    change(rows.flatMap((one, place) => (place !== index ? [one] : row === undefined ? [] : [row])))
  const add = (): void =>
    change([
      ...rows,
      {
        kind: 'mapped',
        target: [...newTarget(detail.direction, rows)],
        comments: [],
        source: 'field',
        transformations: [],
      },
    ])
  return (
    <>
      {above !== undefined && <ProblemBox problem={above} />}
      <table className="mapping-table">
        <thead>
          <tr>
            <th>{t('studio.table.target')}</th>
            <th>{t('studio.table.source')}</th>
            <th>{t('studio.table.transformations')}</th>
            <th>{t('studio.table.default')}</th>
            <th aria-label={t('studio.table.acts')} />
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // Rows have no name of their own that stays while their target is typed.
            // oxlint-disable-next-line react/no-array-index-key
            <TableRow key={index} row={row} problems={problemsOf(row, index)} replace={next => replace(index, next)} />
          ))}
        </tbody>
      </table>
      <Button type="dashed" icon={<PlusOutlined />} className="mapping-table-add" onClick={add}>
        {t('studio.table.add')}
      </Button>
    </>
  )
}

/** A field beside the others that nothing is said about yet. */
function newTarget(direction: 'in' | 'out', rows: readonly Row[]): string[] {
  const holder = rows.at(-1)?.target.slice(0, -1) ?? (direction === 'in' ? ['person'] : [])
  const isTaken = (name: string): boolean => rows.some(({ target }) => target.join('.') === [...holder, name].join('.'))
  let number = 1
  while (isTaken(`field${number}`)) number += 1
  return [...holder, `field${number}`]
}
