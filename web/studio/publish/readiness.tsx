import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, LoadingOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from 'antd'
import { queries } from '../../api/client.ts'
import { Ago, useNumbers } from '../../elements/time.tsx'
import type { Plan } from '../plan/use-plan.ts'
import { useStudio } from '../studio.ts'
import { useView } from '../use-view.ts'

type Mark = 'good' | 'bad' | 'open' | 'busy'

/** What must be right, and what had better be looked at, before a draft is published. */
export function Readiness({ plan }: { plan: Plan }) {
  const { t } = useTranslation()
  const numbers = useNumbers()
  const [, show] = useView()
  const { which, detail, draft, mayWrite } = useStudio()
  const { data: checks } = queries.useQuery(
    'post',
    '/mappings/{folder}/{mapping}/check',
    { params: { path: which }, body: { source: draft.source, cases: draft.cases as Record<string, unknown>[] } },
    { enabled: mayWrite },
  )
  const errors = checks?.findings.filter(({ level }) => level === 'error').length ?? 0
  const passed = checks?.results.filter(one => one.passed).length ?? 0
  const all = checks?.results.length ?? 0
  const { result } = plan
  const isPlanned = result?.state === 'done' && plan.source === draft.source
  return (
    <ul className="panel readiness">
      <Line mark={draft.isDirty || detail.draft === null ? 'bad' : 'good'}>
        {draft.isDirty || detail.draft === null ? (
          <>
            {t('publish.unsaved')}
            <Button size="small" loading={draft.isSaving} disabled={!mayWrite} onClick={() => void draft.save()}>
              {t('studio.save')}
            </Button>
          </>
        ) : (
          <>
            {t('publish.saved', { by: detail.draft.by })} <Ago at={detail.draft.at} />
          </>
        )}
      </Line>
      <Line mark={checks === undefined ? 'busy' : errors > 0 ? 'bad' : 'good'}>
        {checks === undefined
          ? t('publish.checking')
          : errors > 0
            ? t('publish.errors', { count: errors })
            : t('publish.noErrors')}
      </Line>
      <Line mark={checks === undefined ? 'busy' : all === 0 ? 'open' : passed < all ? 'bad' : 'good'}>
        {all === 0 ? t('publish.noCases') : t('publish.cases', { passed, all })}
      </Line>
      <Line mark={!isPlanned ? 'open' : result.newFailures > 0 ? 'bad' : 'good'}>
        {isPlanned ? (
          t('publish.planned', {
            records: numbers(result.records),
            changed: numbers(result.changed),
            failures: numbers(result.newFailures),
          })
        ) : (
          <>
            {t('publish.unplanned')}
            <Button size="small" onClick={() => show('plan')}>
              {t('publish.plan')}
            </Button>
          </>
        )}
      </Line>
    </ul>
  )
}

const ICONS: Readonly<Record<Mark, ReactNode>> = {
  good: <CheckCircleFilled />,
  bad: <CloseCircleFilled />,
  open: <ExclamationCircleFilled />,
  busy: <LoadingOutlined />,
}

function Line({ mark, children }: { mark: Mark; children: ReactNode }) {
  return (
    <li data-mark={mark}>
      {ICONS[mark]}
      <span>{children}</span>
    </li>
  )
}
