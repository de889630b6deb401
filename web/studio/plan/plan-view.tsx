import { Alert, Button, Empty, Progress, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemBox } from '../../elements/problem.tsx'
import { ScopeNeeded } from '../../elements/scope-needed.tsx'
import { useNumbers } from '../../elements/time.tsx'
import { useStudio } from '../studio.ts'
import { PlanCounts } from './plan-counts.tsx'
import { PlanSamples } from './plan-samples.tsx'
import type { Plan } from './use-plan.ts'
import './plan.css'

const COUNTS = [100, 1_000, 10_000, undefined] as const

/** The draft beside what is in force, over what is stored: nothing is changed by it. */
export function PlanView({ plan }: { plan: Plan }) {
  const { t } = useTranslation()
  const numbers = useNumbers()
  const { detail, draft, mayWrite } = useStudio()
  const [last, setLast] = useState<number | undefined>(1_000)
  const { result, problem } = plan
  const isRunning = result?.state === 'running'
  if (detail.uses.length === 0)
    return (
      <div className="panel">
        <Empty className="pane-empty" description={t('plan.unused')} />
      </div>
    )
  if (!mayWrite)
    return (
      <div className="panel">
        <ScopeNeeded scope="map" purpose={t('scopeNeeded.plan')} />
      </div>
    )
  return (
    <div className="plan">
      <div className="panel plan-head">
        <p>{t(detail.direction === 'in' ? 'plan.aboutIn' : 'plan.aboutOut')}</p>
        <Select
          aria-label={t('plan.howMany')}
          value={last ?? 0}
          onChange={value => setLast(value === 0 ? undefined : value)}
          options={COUNTS.map(count => ({
            value: count ?? 0,
            label: count === undefined ? t('plan.all') : t('plan.newest', { count, shown: numbers(count) }),
          }))}
        />
        {isRunning ? (
          <Button danger onClick={() => void plan.cancel()}>
            {t('plan.cancel')}
          </Button>
        ) : (
          <Button type="primary" onClick={() => void plan.start(draft.source, last)}>
            {t('plan.run')}
          </Button>
        )}
      </div>
      {problem !== undefined && <ProblemBox problem={problem} />}
      {result !== undefined && (
        <>
          {plan.source !== draft.source && <Alert type="info" showIcon title={t('plan.outdated')} />}
          {result.state === 'failed' && <Alert type="error" showIcon title={result.message ?? ''} />}
          {result.state === 'cancelled' && <Alert type="warning" showIcon title={t('plan.cancelled')} />}
          {isRunning && (
            <Progress
              percent={Math.floor((100 * result.records) / Math.max(1, result.total))}
              format={() => `${numbers(result.records)} / ${numbers(result.total)}`}
            />
          )}
          <PlanCounts result={result} />
          <PlanSamples result={result} />
        </>
      )}
    </div>
  )
}
