import { Badge, Table, type TableProps, Tag, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { Schemas } from '../../api/client.ts'
import { DirectionTag } from '../../elements/direction-tag.tsx'
import { Ago } from '../../elements/time.tsx'

type Summary = Schemas['MappingSummary']
type Row = Summary & { folder: string; object: string; span: number }

/** One row per mapping; those of a folder stand together, its name before them. */
export function MappingTable({ mappings }: { mappings: readonly Summary[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const columns: TableProps<Row>['columns'] = [
    {
      title: t('mappings.system'),
      dataIndex: 'folder',
      className: 'mappings-folder',
      onCell: ({ span }) => ({ rowSpan: span }),
    },
    {
      title: t('mappings.mapping'),
      render: (_, row) => (
        <Link to={`/mappings/${row.name}`} className="mappings-name" onClick={event => event.stopPropagation()}>
          {row.object}
        </Link>
      ),
    },
    { title: t('mappings.direction'), render: (_, { direction }) => <DirectionTag direction={direction} /> },
    { title: t('mappings.state'), render: (_, row) => <State mapping={row} /> },
    { title: t('mappings.cases'), render: (_, row) => <Cases mapping={row} /> },
    {
      title: t('mappings.failing'),
      align: 'right',
      render: (_, { failedLastHour }) =>
        failedLastHour === 0 ? (
          <span className="quiet">0</span>
        ) : (
          <strong className="mappings-failing">{failedLastHour}</strong>
        ),
    },
    {
      title: t('mappings.usedBy'),
      className: 'mappings-used',
      responsive: ['md'],
      onCell: ({ usedBy }) => ({ title: usedBy.join(', ') }),
      render: (_, { usedBy }) =>
        usedBy.length === 0 ? <span className="quiet">{t('mappings.unused')}</span> : usedBy.join(', '),
    },
  ]
  return (
    <div className="panel">
      <Table<Row>
        columns={columns}
        dataSource={rowsOf(mappings)}
        rowKey="name"
        pagination={false}
        size="middle"
        onRow={({ name }) => ({ onClick: () => void navigate(`/mappings/${name}`), className: 'mappings-row' })}
      />
    </div>
  )
}

function State({ mapping: { revision, draft } }: { mapping: Summary }) {
  const { t } = useTranslation()
  return (
    <span className="mappings-state">
      {revision === null ? (
        <span className="quiet">{t('mappings.notInForce')}</span>
      ) : (
        <span>{t('mappings.inForce', { revision })}</span>
      )}
      {draft !== null && (
        <Tag color="gold" variant="filled">
          {t('mappings.draftBy', { by: draft.by })} <Ago at={draft.at} />
        </Tag>
      )}
    </span>
  )
}

function Cases({ mapping: { cases, casesPassed } }: { mapping: Summary }) {
  const { t } = useTranslation()
  if (cases === 0) return <span className="quiet">{t('mappings.noCases')}</span>
  const words = t('mappings.casesPass', { passed: casesPassed, all: cases })
  const mark = <Badge status={casesPassed < cases ? 'error' : 'success'} text={`${casesPassed} / ${cases}`} />
  return <Tooltip title={words}>{mark}</Tooltip>
}

/** In the order of folders; the first row of a folder spans the others. */
function rowsOf(mappings: readonly Summary[]): Row[] {
  const sorted = mappings.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const folders = Map.groupBy(sorted, ({ name }) => name.split('/')[0] ?? '')
  return [...folders].flatMap(([folder, members]) =>
    members.map((one, index) => ({
      ...one,
      folder,
      object: (one.name.split('/')[1] ?? one.name).replace(/\.(in|out)$/, ''),
      span: index === 0 ? members.length : 0,
    })),
  )
}
