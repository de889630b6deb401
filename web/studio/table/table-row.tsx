import { DeleteOutlined, MessageOutlined } from '@ant-design/icons'
import { Button, Input, Select, Tag, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { queries } from '../../api/client.ts'
import { useStudio } from '../studio.ts'
import { readPrimitive, writePrimitive } from './primitive.ts'
import { readTarget, writeTarget } from './target.ts'
import { readTransformation, writeTransformation } from './transformation.ts'
import type { Row } from './use-table.ts'

type Mapped = Extract<Row, { kind: 'mapped' }>
type Constant = Extract<Row, { kind: 'constant' }>

/** One field of the target. */
export function TableRow({ row, replace }: { row: Row; replace: (row: Row | undefined) => void }) {
  const { t } = useTranslation()
  return (
    <tr>
      <td>
        <span className="mapping-target">
          <Input
            variant="borderless"
            aria-label={t('studio.table.target')}
            value={writeTarget(row.target)}
            onChange={event => replace({ ...row, target: readTarget(event.target.value) })}
          />
          {row.comments.length > 0 && (
            <Tooltip title={row.comments.join(' ')}>
              <MessageOutlined className="quiet" />
            </Tooltip>
          )}
        </span>
      </td>
      <Cells row={row} replace={replace} />
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
  )
}

function Cells({ row, replace }: { row: Row; replace: (row: Row) => void }) {
  if (row.kind === 'mapped') return <MappedCells row={row} replace={replace} />
  return row.kind === 'constant' ? <ConstantCell row={row} replace={replace} /> : <ExpressionCell text={row.text} />
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

function MappedCells({ row, replace }: { row: Mapped; replace: (row: Row) => void }) {
  const { t } = useTranslation()
  const functions = useFunctions()
  const { default: fallback, ...others } = row
  return (
    <>
      <td>
        <Input
          variant="borderless"
          className="mapping-source"
          aria-label={t('studio.table.source')}
          value={row.source}
          onChange={event => replace({ ...row, source: event.target.value })}
        />
      </td>
      <td>
        <Select
          mode="tags"
          variant="borderless"
          className="mapping-functions"
          popupMatchSelectWidth={280}
          optionLabelProp="value"
          aria-label={t('studio.table.transformations')}
          placeholder="–"
          value={row.transformations.map(writeTransformation)}
          options={functions}
          onChange={texts =>
            replace({ ...row, transformations: texts.flatMap(text => readTransformation(text) ?? []) })
          }
        />
      </td>
      <td>
        <Input
          variant="borderless"
          placeholder="–"
          aria-label={t('studio.table.default')}
          value={fallback === undefined ? '' : writePrimitive(fallback)}
          onChange={({ target: { value } }) =>
            replace(value === '' ? others : { ...others, default: readPrimitive(value) })
          }
        />
      </td>
    </>
  )
}

/** The functions that there are, as the hub tells them. */
function useFunctions(): { value: string; label: string }[] {
  const { which } = useStudio()
  const { data } = queries.useQuery(
    'post',
    '/mappings/{folder}/{mapping}/completions',
    { params: { path: which }, body: { source: '$', position: 1 } },
    { staleTime: Infinity },
  )
  const functions = data?.options.filter(({ kind }) => kind === 'function') ?? []
  return functions.map(({ label, detail }) => ({ value: label, label: detail.startsWith('$') ? detail : label }))
}
