import { ArrowLeftOutlined } from '@ant-design/icons'
import { Table, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'

export type Lineage = Schemas['MappingChecks']['lineage']

/** What a field is made of: its own lineage, or that of the fields below it. */
export function readsOf(lineage: Lineage, field: string | undefined): string[] {
  if (field === undefined) return []
  const own = lineage.filter(({ target }) => target === field || field.startsWith(`${target}.`))
  const found = own.length > 0 ? own : lineage.filter(({ target }) => target.startsWith(`${field}.`))
  return [...new Set(found.flatMap(({ reads }) => reads))]
}

/** Below the result: where the field under the pointer comes from. */
export function LineageBar({ lineage, field }: { lineage: Lineage; field: string | undefined }) {
  const { t } = useTranslation()
  if (field === undefined) return <span className="quiet">{t('studio.lineage.hint')}</span>
  const reads = readsOf(lineage, field)
  const decided = lineage.filter(({ target }) => target === field).flatMap(({ decidedBy }) => decidedBy)
  return (
    <span className="lineage-bar">
      <code>{field}</code> <ArrowLeftOutlined className="quiet" />{' '}
      {reads.length === 0 ? (
        <span className="quiet">{t('studio.lineage.fixed')}</span>
      ) : (
        <code>{reads.join(', ')}</code>
      )}
      {decided.length > 0 && (
        <span className="quiet">
          {' '}
          · {t('studio.lineage.decidedBy')} <code>{decided.join(', ')}</code>
        </span>
      )}
    </span>
  )
}

/** Every field that the mapping can give, with what it is made of. */
export function LineageTable({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation()
  const tags = (paths: readonly string[]) =>
    paths.map(path => (
      <Tag key={path} variant="filled" className="lineage-path">
        {path}
      </Tag>
    ))
  return (
    <Table<Lineage[number]>
      size="small"
      rowKey="target"
      pagination={false}
      dataSource={lineage}
      columns={[
        { title: t('studio.lineage.target'), dataIndex: 'target', render: target => <code>{target}</code> },
        { title: t('studio.lineage.reads'), dataIndex: 'reads', render: tags },
        { title: t('studio.lineage.decidedBy'), dataIndex: 'decidedBy', render: tags },
      ]}
    />
  )
}
