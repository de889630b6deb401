import { Table } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNumbers } from '../../elements/time.tsx'
import { Figure } from '../../elements/figure.tsx'
import { useStudio } from '../studio.ts'
import type { PlanResult } from './use-plan.ts'

/** What would change, counted: in all, by field, and by the system that it goes to. */
export function PlanCounts({ result }: { result: PlanResult }) {
  const { t } = useTranslation()
  const numbers = useNumbers()
  const { detail } = useStudio()
  const fields = Object.entries(result.fields).map(([field, counts]) => ({ field, ...counts }))
  const systems = Object.entries(result.destinations).map(([name, count]) => ({ name, count }))
  return (
    <>
      <div className="figures">
        <Figure name={t('plan.records')} value={result.records} />
        <Figure name={t('plan.changed')} value={result.changed} />
        {detail.direction === 'out' && (
          <>
            <Figure name={t('plan.creates')} value={result.creates} />
            <Figure name={t('plan.updates')} value={result.updates} />
          </>
        )}
        <Figure name={t('plan.newFailures')} value={result.newFailures} isBad={result.newFailures > 0} />
        <Figure name={t('plan.endedFailures')} value={result.endedFailures} />
      </div>
      {fields.length > 0 && (
        <div className="plan-tables">
          <div className="panel">
            <Table
              size="small"
              rowKey="field"
              pagination={false}
              dataSource={fields.toSorted((a, b) => sumOf(b) - sumOf(a))}
              columns={[
                { title: t('plan.field'), dataIndex: 'field', render: field => <code>{field}</code> },
                { title: t('plan.columns.changed'), dataIndex: 'changed', align: 'right', render: numbers },
                { title: t('plan.columns.added'), dataIndex: 'added', align: 'right', render: numbers },
                { title: t('plan.columns.removed'), dataIndex: 'removed', align: 'right', render: numbers },
              ]}
            />
          </div>
          <div className="panel">
            <Table
              size="small"
              rowKey="name"
              pagination={false}
              dataSource={systems}
              columns={[
                { title: t('plan.destination'), dataIndex: 'name' },
                { title: t('plan.changed'), dataIndex: 'count', align: 'right', render: numbers },
              ]}
            />
          </div>
        </div>
      )}
    </>
  )
}

function sumOf({ added, removed, changed }: { added: number; removed: number; changed: number }): number {
  return added + removed + changed
}
