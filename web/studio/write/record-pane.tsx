import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button, Empty, Select, Skeleton, Tag } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { ScopeNeeded } from '../../elements/scope-needed.tsx'
import { Ago } from '../../elements/time.tsx'
import { useStudio } from '../studio.ts'
import { nodesOf } from '../values/nodes.ts'
import { ValueTree } from '../values/value-tree.tsx'
import { Pane } from './pane.tsx'
import type { RecordChoice } from './use-records.ts'

interface Props {
  stored: readonly RecordChoice[]
  cases: readonly RecordChoice[]
  isPending: boolean
  chosen: RecordChoice | undefined
  choose: (record: RecordChoice) => void
  search: (words: string) => void
  record: Schemas['MappingTrial']['record'] | undefined
  lit: readonly string[]
}

/** On the left: the record that the mapping is tried on. */
export function RecordPane({ stored, cases, isPending, chosen, choose, search, record, lit }: Props) {
  const { t } = useTranslation()
  const { detail, mayWrite } = useStudio()
  const nodes = useMemo(() => nodesOf(record?.input), [record])
  const all = [...stored, ...cases]
  const place = all.findIndex(one => one.key === chosen?.key)
  const step = (by: number): void => {
    const next = all[place + by]
    if (next !== undefined) choose(next)
  }
  const groups = [
    { label: t(detail.direction === 'in' ? 'studio.record.events' : 'studio.record.customers'), records: stored },
    { label: t('studio.record.cases'), records: cases },
  ].filter(({ records }) => records.length > 0)
  return (
    <Pane
      title={t('studio.record.title')}
      extra={
        <>
          <Button
            size="small"
            type="text"
            icon={<LeftOutlined />}
            disabled={place <= 0}
            onClick={() => step(-1)}
            aria-label={t('studio.record.previous')}
          />
          <Button
            size="small"
            type="text"
            icon={<RightOutlined />}
            disabled={place >= all.length - 1}
            onClick={() => step(1)}
            aria-label={t('studio.record.next')}
          />
        </>
      }
      bar={
        <Select
          className="record-choice"
          aria-label={t('studio.record.choose')}
          placeholder={t('studio.record.choose')}
          value={chosen?.key ?? null}
          showSearch={{
            onSearch: search,
            filterOption: (words, option) => String(option?.label).toLowerCase().includes(words.toLowerCase()),
          }}
          popupMatchSelectWidth={360}
          onChange={key => {
            const found = all.find(one => one.key === key)
            if (found !== undefined) choose(found)
          }}
          options={groups.map(({ label, records }) => ({
            label,
            title: label,
            options: records.map(one => ({ value: one.key, label: `${one.title} ${one.about}`, record: one })),
          }))}
          optionRender={({ data }) => choiceOf(data as unknown as Option)}
          labelRender={() => chosen && choiceOf({ record: chosen })}
        />
      }
    >
      {!mayWrite ? (
        <ScopeNeeded scope="map" purpose={t('scopeNeeded.record')} />
      ) : isPending ? (
        <Skeleton className="pane-skeleton" active paragraph={{ rows: 6 }} />
      ) : all.length === 0 ? (
        <Empty className="pane-empty" image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('studio.record.none')} />
      ) : (
        <>
          {record?.standIn === true && <Tag className="record-mark">{t('studio.record.standIn')}</Tag>}
          <ValueTree label={t('studio.record.title')} nodes={nodes} lit={lit} />
        </>
      )}
    </Pane>
  )
}

interface Option {
  record: RecordChoice
}

function choiceOf({ record: { title, about, at } }: Option) {
  return (
    <span className="record-option">
      <span className="record-option-title">{title}</span>
      <span className="quiet">
        {about} {at !== undefined && <Ago at={at} />}
      </span>
    </span>
  )
}
