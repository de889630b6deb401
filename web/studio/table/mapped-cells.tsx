import { Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../../api/client.ts'
import { useStudio } from '../studio.ts'
import { readPrimitive, writePrimitive } from './primitive.ts'
import type { MarkOf } from './row-problems.ts'
import { readTransformation, writeTransformation } from './transformation.ts'
import type { Row } from './use-table.ts'

type Mapped = Extract<Row, { kind: 'mapped' }>

/** Where a field comes from, what is done to it, and what it is otherwise. */
export function MappedCells({ row, replace, markOf }: { row: Mapped; replace: (row: Row) => void; markOf: MarkOf }) {
  const { t } = useTranslation()
  const functions = useFunctions()
  /** What was typed and is no function: it is told, and not kept. */
  const [refused, refuse] = useState<string>()
  const { default: fallback, ...others } = row

  const transform = (texts: readonly string[]): void => {
    refuse(texts.find(text => readTransformation(text) === undefined))
    replace({ ...row, transformations: texts.flatMap(text => readTransformation(text) ?? []) })
  }
  return (
    <>
      <td>
        <Input
          variant="borderless"
          className="mapping-source"
          aria-label={t('studio.table.source')}
          value={row.source}
          onChange={event => replace({ ...row, source: event.target.value })}
          {...markOf('source')}
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
          onChange={transform}
          {...markOf('transformations')}
          {...(refused !== undefined && { status: 'error' as const })}
        />
        {refused !== undefined && (
          <p className="mapping-refused" role="alert">
            {t('studio.table.noFunction', { text: refused })}
          </p>
        )}
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
