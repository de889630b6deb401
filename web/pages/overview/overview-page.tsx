import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { LIVE_MS, queries, type Schemas } from '../../api/client.ts'
import { PageTitle } from '../../elements/page-title.tsx'
import { ProblemBox } from '../../elements/problem.tsx'
import { Figure } from '../../elements/figure.tsx'
import { useAlerts } from '../alerts/use-alerts.ts'
import { SystemTable } from './system-table.tsx'
import './overview.css'

/** How the hub is: what there is, what waits, what failed, and how its systems are. */
export function OverviewPage() {
  const { t } = useTranslation()
  const stats = queries.useQuery('get', '/stats', {}, { refetchInterval: LIVE_MS })
  const systems = queries.useQuery('get', '/systems', {}, { refetchInterval: LIVE_MS })
  const alerts = useAlerts('open')
  const error = stats.error ?? systems.error ?? alerts.error
  return (
    <>
      <PageTitle title={t('overview.title')} about={t('overview.about')} />
      {error !== null && (
        <ProblemBox problem={error} retry={() => Promise.all([stats.refetch(), systems.refetch(), alerts.refetch()])} />
      )}
      {stats.isPending && <Skeleton active />}
      {stats.data !== undefined && <Figures stats={stats.data} openAlerts={alerts.data?.items.length ?? 0} />}
      {systems.data !== undefined && <SystemTable systems={systems.data.items} />}
    </>
  )
}

function Figures({ stats, openAlerts }: { stats: Schemas['Stats']; openAlerts: number }) {
  const { t } = useTranslation()
  const waiting = stats.work.reduce((sum, { waiting }) => sum + waiting, 0)
  const dead = countOf(stats.events, 'dead') + countOf(stats.deliveries, 'dead')
  const held = stats.brakes.length + stats.heldDeletes.length
  return (
    <div className="figures">
      <Figure name={t('overview.alerts')} value={openAlerts} isBad={openAlerts > 0} to="/alerts" />
      <Figure name={t('overview.customers')} value={countOf(stats.goldenRecords)} />
      <Figure name={t('overview.requests')} value={stats.requestsLastHour} />
      <Figure name={t('overview.events')} value={countOf(stats.events)} />
      <Figure name={t('overview.waiting')} value={waiting} />
      <Figure name={t('overview.dead')} value={dead} isBad={dead > 0} />
      <Figure name={t('overview.held')} value={held} isBad={held > 0} />
    </div>
  )
}

function countOf(counts: readonly Schemas['Count'][], state?: string): number {
  return counts.reduce((sum, one) => (state === undefined || one.state === state ? sum + one.count : sum), 0)
}
