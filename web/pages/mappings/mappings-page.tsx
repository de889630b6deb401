import { Empty, Input, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LIVE_MS, queries, type Schemas } from '../../api/client.ts'
import { PageTitle } from '../../elements/page-title.tsx'
import { ProblemBox } from '../../elements/problem.tsx'
import { MappingTable } from './mapping-table.tsx'
import './mappings.css'

type Summary = Schemas['MappingSummary']
const SHOWS = ['used', 'in', 'out', 'draft', 'all'] as const
type Show = (typeof SHOWS)[number]

/** All mappings by the folder they are in, which is a system or a kind of system. */
export function MappingsPage() {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [show, setShow] = useState<Show>('used')
  const list = queries.useQuery('get', '/mappings', {}, { refetchInterval: LIVE_MS })
  const shown = list.data?.items.filter(one => isShown(one, show) && holds(one, words)) ?? []
  return (
    <>
      <PageTitle
        title={t('mappings.title')}
        about={t('mappings.about')}
        extra={
          <>
            <Segmented<Show>
              value={show}
              onChange={setShow}
              options={SHOWS.map(value => ({
                value,
                label: t(`mappings.show.${value}`),
              }))}
            />
            <Input.Search
              className="mappings-search"
              allowClear
              placeholder={t('mappings.search')}
              aria-label={t('mappings.search')}
              onChange={event => setWords(event.target.value)}
            />
          </>
        }
      />
      {list.error !== null && <ProblemBox problem={list.error} retry={list.refetch} />}
      {list.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {list.data !== undefined && shown.length === 0 && (
        <div className="panel mappings-empty">
          <Empty description={list.data.items.length === 0 ? t('mappings.none') : t('mappings.noneSuch')} />
        </div>
      )}
      {shown.length > 0 && <MappingTable mappings={shown} />}
    </>
  )
}

function isShown(mapping: Summary, show: Show): boolean {
  switch (show) {
    case 'all':
      return true
    case 'draft':
      return mapping.draft !== null
    case 'used':
      return mapping.usedBy.length > 0 || mapping.draft !== null
    default:
      return mapping.direction === show && mapping.usedBy.length > 0
  }
}

function holds({ name, usedBy }: Summary, words: string): boolean {
  const text = [name, ...usedBy].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}
