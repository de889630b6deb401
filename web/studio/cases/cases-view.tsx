import { CheckCircleFilled, CloseCircleFilled, DeleteOutlined } from '@ant-design/icons'
import { Button, Empty, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { queries } from '../../api/client.ts'
import { ProblemBox } from '../../elements/problem.tsx'
import { ScopeNeeded } from '../../elements/scope-needed.tsx'
import { useStudio } from '../studio.ts'
import { nameOf } from './save-case.tsx'
import './cases.css'

/** All cases, run with the text as it stands in the editor. */
export function CasesView() {
  const { t } = useTranslation()
  const { which, draft, mayWrite } = useStudio()
  const { data, error, isFetching, refetch } = queries.useQuery(
    'post',
    '/mappings/{folder}/{mapping}/check',
    { params: { path: which }, body: { source: draft.source, cases: draft.cases as Record<string, unknown>[] } },
    { enabled: mayWrite },
  )
  const results = data?.results ?? []
  const passed = results.filter(one => one.passed).length
  if (draft.cases.length === 0)
    return (
      <div className="panel">
        <Empty className="pane-empty" description={t('studio.cases.none')} />
      </div>
    )
  return (
    <div className="panel cases">
      <header>
        <span>{data === undefined ? '' : t('mappings.casesPass', { passed, all: results.length })}</span>
        {mayWrite && (
          <Button loading={isFetching} onClick={() => void refetch()}>
            {t('studio.cases.run')}
          </Button>
        )}
      </header>
      {!mayWrite && <ScopeNeeded scope="map" purpose={t('scopeNeeded.cases')} />}
      {error !== null && <ProblemBox problem={error} />}
      <ul>
        {draft.cases.map(one => {
          const name = nameOf(one)
          const result = results.find(result => result.name === name)
          return (
            <li key={name} data-passed={result?.passed}>
              <span className="case-mark">
                {result?.passed === true && <CheckCircleFilled aria-label={t('studio.cases.passed')} />}
                {result?.passed === false && <CloseCircleFilled aria-label={t('studio.cases.failed')} />}
              </span>
              <span className="case-name">
                {name}
                {result?.message !== undefined && <code>{result.message}</code>}
              </span>
              {mayWrite && (
                <Popconfirm
                  title={t('studio.cases.remove', { name })}
                  onConfirm={() => void draft.save(draft.cases.filter(other => other !== one))}
                >
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={t('studio.cases.remove', { name })}
                  />
                </Popconfirm>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
