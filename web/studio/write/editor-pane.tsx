import { AlignLeftOutlined } from '@ant-design/icons'
import { App, Button, Segmented, Tooltip } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { ProblemText } from '../../elements/problem.tsx'
import { completionsOf } from '../editor/completions.ts'
import { Editor } from '../editor/editor.tsx'
import type { Finding } from '../editor/findings.ts'
import { useStudio } from '../studio.ts'
import { FindingsList } from './findings-list.tsx'
import { Pane } from './pane.tsx'

const TableView = lazy(() => import('../table/table-view.tsx'))

/** In the middle: the mapping, as text or as a table. */
export function EditorPane({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { which, detail, draft, mayWrite } = useStudio()
  const [form, setForm] = useState<'text' | 'table'>('text')

  const format = async (): Promise<void> => {
    const { data, error } = await api.POST('/mappings/{folder}/{mapping}/format', {
      params: { path: which },
      body: { source: draft.source },
    })
    if (data !== undefined) draft.write(data.source)
    else void message.error(<ProblemText problem={error} />)
  }

  return (
    <Pane
      title={t('studio.mapping')}
      extra={
        <>
          {mayWrite && form === 'text' && (
            <Tooltip title={t('studio.format')}>
              <Button
                size="small"
                type="text"
                icon={<AlignLeftOutlined />}
                onClick={() => void format()}
                aria-label={t('studio.format')}
              />
            </Tooltip>
          )}
          {mayWrite && (
            <Segmented<'text' | 'table'>
              size="small"
              value={form}
              onChange={setForm}
              options={[
                { value: 'text', label: t('studio.asText') },
                { value: 'table', label: t('studio.asTable') },
              ]}
            />
          )}
        </>
      }
      foot={<FindingsList findings={findings} />}
    >
      {form === 'text' ? (
        <Editor
          label={detail.name}
          value={draft.source}
          isReadOnly={!mayWrite}
          findings={findings}
          onChange={draft.write}
          onSave={() => void draft.save()}
          complete={(source, position) => completionsOf(which, source, position)}
        />
      ) : (
        <Suspense>
          <TableView findings={findings} />
        </Suspense>
      )}
    </Pane>
  )
}
