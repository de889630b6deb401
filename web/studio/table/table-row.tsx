import { CloseCircleFilled, DeleteOutlined, MessageOutlined, WarningFilled } from '@ant-design/icons'
import { Button, Input, Tag, Tooltip } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { MappedCells } from './mapped-cells.tsx'
import { readPrimitive, writePrimitive } from './primitive.ts'
import type { MarkOf, RowProblem } from './row-problems.ts'
import { readTarget, writeTarget } from './target.ts'
import type { Row } from './use-table.ts'

type Constant = Extract<Row, { kind: 'constant' }>

interface Props {
  row: Row
  problems: readonly RowProblem[]
  replace: (row: Row | undefined) => void
}

/** One field of the target, and below it what is wrong with it. */
export function TableRow({ row, problems, replace }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const markOf: MarkOf = cell => {
    const found = problems.find(problem => problem.cell === cell)
    return found === undefined ? {} : { status: found.level, 'aria-invalid': true, 'aria-describedby': id }
  }
  return (
    <>
      <tr data-level={problems[0]?.level}>
        <td>
          <span className="mapping-target">
            <Input
              variant="borderless"
              aria-label={t('studio.table.target')}
              value={writeTarget(row.target)}
              onChange={event => replace({ ...row, target: readTarget(event.target.value) })}
              {...markOf('target')}
            />
            {row.comments.length > 0 && (
              <Tooltip title={row.comments.join(' ')}>
                <MessageOutlined className="quiet" />
              </Tooltip>
            )}
          </span>
        </td>
        <Cells row={row} replace={replace} markOf={markOf} />
        <td>
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t('studio.table.remove')}
            onClick={() => replace(undefined)}
          />
        </td>
      </tr>
      {problems.length > 0 && (
        <tr className="mapping-row-problems">
          <td colSpan={5} id={id}>
            {problems.map(({ level, text }) => (
              <p key={text} data-level={level}>
                {level === 'error' ? <CloseCircleFilled /> : <WarningFilled />} {text}
              </p>
            ))}
          </td>
        </tr>
      )}
    </>
  )
}

function Cells({ row, ...others }: { row: Row; replace: (row: Row) => void; markOf: MarkOf }) {
  if (row.kind === 'mapped') return <MappedCells row={row} {...others} />
  return row.kind === 'constant' ? <ConstantCell row={row} {...others} /> : <ExpressionCell text={row.text} />
}

function ExpressionCell({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
    <td colSpan={3}>
      <Tooltip title={t('studio.table.beyond')}>
        <span className="mapping-expression">
          <Tag variant="filled">{t('studio.table.expression')}</Tag>
          <code>{text}</code>
        </span>
      </Tooltip>
    </td>
  )
}

function ConstantCell({ row, replace }: { row: Constant; replace: (row: Row) => void }) {
  const { t } = useTranslation()
  return (
    <td colSpan={3}>
      <span className="mapping-constant">
        <Tag variant="filled">{t('studio.table.constant')}</Tag>
        <Input
          variant="borderless"
          aria-label={t('studio.table.constant')}
          value={writePrimitive(row.value)}
          onChange={event => replace({ ...row, value: readPrimitive(event.target.value) })}
        />
      </span>
    </td>
  )
}
