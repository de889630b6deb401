import { Badge, Empty, Table, type TableProps, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { Ago, useNumbers } from '../../elements/time.tsx'

type System = Schemas['System']

/** The systems, each with what keeps it from being up to date. */
export function SystemTable({ systems }: { systems: readonly System[] }) {
  const { t } = useTranslation()
  const numbers = useNumbers()
  const columns: TableProps<System>['columns'] = [
    {
      title: t('overview.system'),
      render: (_, { name, title, connector }) => (
        <span className="overview-system">
          <strong>{title ?? name}</strong>
          <span className="quiet">{connector}</span>
        </span>
      ),
    },
    { title: t('overview.state'), render: (_, system) => <State system={system} /> },
    {
      title: t('overview.backlog'),
      align: 'right',
      render: (_, { deliveries }) => numbers(backlogOf(deliveries)),
    },
    {
      title: t('overview.oldest'),
      render: (_, { oldestDue }) => (oldestDue === null ? <span className="quiet">–</span> : <Ago at={oldestDue} />),
    },
    {
      title: t('overview.deadLetters'),
      align: 'right',
      render: (_, { deadEvents, deliveries }) => numbers(deadEvents + (deliveries['dead'] ?? 0)),
    },
    { title: t('overview.calls'), align: 'right', render: (_, { callsToday }) => numbers(callsToday) },
  ]
  return (
    <div className="panel">
      <Table<System>
        columns={columns}
        dataSource={systems.toSorted((a, b) => (a.name < b.name ? -1 : 1))}
        rowKey="name"
        pagination={false}
        size="middle"
        scroll={{ x: 640 }}
        locale={{ emptyText: <Empty description={t('overview.noSystems')} /> }}
      />
    </div>
  )
}

const STATUS = { active: 'success', paused: 'warning', disconnected: 'error' } as const

function State({ system: { state, reason, configured, breaker } }: { system: System }) {
  const { t } = useTranslation()
  if (!configured) return <Badge status="default" text={t('overview.gone')} />
  if (state === 'active' && breaker['state'] === 'open') return <Badge status="error" text={t('overview.down')} />
  const badge = <Badge status={STATUS[state]} text={t(`overview.states.${state}`)} />
  return reason === null ? badge : <Tooltip title={reason}>{badge}</Tooltip>
}

function backlogOf(deliveries: System['deliveries']): number {
  return Object.entries(deliveries).reduce((sum, [state, count]) => (state === 'dead' ? sum : sum + count), 0)
}
