import { CheckCircleOutlined } from '@ant-design/icons'
import { Empty, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../../api/me.ts'
import { PageTitle } from '../../elements/page-title.tsx'
import { ProblemBox } from '../../elements/problem.tsx'
import { ScopeNeeded } from '../../elements/scope-needed.tsx'
import { AlertCard } from './alert-card.tsx'
import { SilenceForm } from './silence-form.tsx'
import { SilenceList } from './silence-list.tsx'
import { type AlertShape, ALERTS_MAX, useAlerts } from './use-alerts.ts'
import './alerts.css'

/** The hub's own alerts: the open ones with what to do, the ended ones, and what is silenced. */
export function AlertsPage() {
  const { t } = useTranslation()
  const [show, setShow] = useState<'open' | 'resolved'>('open')
  const [silencing, setSilencing] = useState<AlertShape>()
  const { isKnown, may } = useMe()
  const { data, error, isPending, refetch } = useAlerts(show)
  const alerts = data?.items ?? []
  return (
    <>
      <PageTitle
        title={t('alerts.title')}
        about={t('alerts.about')}
        extra={
          <Segmented<'open' | 'resolved'>
            value={show}
            onChange={setShow}
            options={[
              { value: 'open', label: t('alerts.show.open') },
              { value: 'resolved', label: t('alerts.show.resolved') },
            ]}
          />
        }
      />
      {error !== null && <ProblemBox problem={error} retry={refetch} />}
      {isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {data !== undefined && alerts.length === 0 && (
        <div className="panel alerts-none">
          {show === 'open' ? (
            <>
              <CheckCircleOutlined aria-hidden />
              <p>{t('alerts.noneOpen')}</p>
            </>
          ) : (
            <Empty description={t('alerts.noneEnded')} />
          )}
        </div>
      )}
      <ul className="alerts" aria-label={t('alerts.title')}>
        {alerts.map(alert => (
          <AlertCard key={alert.id} alert={alert} silence={() => setSilencing(alert)} />
        ))}
      </ul>
      {data?.next !== undefined && <p className="quiet">{t('alerts.newest', { count: ALERTS_MAX })}</p>}
      <SilenceList />
      {isKnown && !may('operate') && (
        <div className="panel">
          <ScopeNeeded scope="operate" purpose={t('scopeNeeded.alerts')} />
        </div>
      )}
      {silencing !== undefined && <SilenceForm alert={silencing} close={() => setSilencing(undefined)} />}
    </>
  )
}
