import { Skeleton, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LIVE_MS, queries, type Schemas } from '../../api/client.ts'
import { ProblemBox } from '../../elements/problem.tsx'
import { Ago } from '../../elements/time.tsx'
import { ReplayProgress } from '../publish/replay-progress.tsx'
import { useStudio } from '../studio.ts'
import { RevisionView } from './revision-view.tsx'

/** Every revision of the mapping with who made it and why; one of them beside what is in force, and the way back to it. */
export function HistoryView({ publication }: { publication: number | undefined }) {
  const { which } = useStudio()
  const [chosen, choose] = useState<number>()
  const { data, error, isPending, refetch } = queries.useQuery(
    'get',
    '/mappings/{folder}/{mapping}/revisions',
    { params: { path: which } },
    { refetchInterval: LIVE_MS },
  )
  if (error !== null) return <ProblemBox problem={error} retry={refetch} />
  if (isPending) return <Skeleton active />
  const shown = data.items.find(one => one.revision === chosen) ?? data.items[0]
  return (
    <>
      {publication !== undefined && <ReplayProgress number={publication} />}
      <div className="history">
        <ol className="panel history-list">
          {data.items.map(one => (
            <li key={one.revision}>
              <Entry revision={one} isChosen={one === shown} choose={() => choose(one.revision)} />
            </li>
          ))}
        </ol>
        {shown !== undefined && <RevisionView key={shown.revision} revision={shown} />}
      </div>
    </>
  )
}

const COLOURS = { published: 'green', draft: 'gold', retired: 'default' } as const

interface EntryProps {
  revision: Schemas['MappingRevision']
  isChosen: boolean
  choose: () => void
}

function Entry({
  revision: { revision, state, createdBy, changedAt, publishedAt, note, origin },
  isChosen,
  choose,
}: EntryProps) {
  const { t } = useTranslation()
  return (
    <button type="button" aria-pressed={isChosen} onClick={choose}>
      <span className="history-line">
        <strong>{t('history.revision', { revision })}</strong>
        <Tag color={COLOURS[state]} variant="filled">
          {t(`history.states.${state}`)}
        </Tag>
        <span className="quiet">
          <Ago at={publishedAt ?? changedAt} />
        </span>
      </span>
      <span className="history-note">
        {origin === 'file' ? t('history.fromFile') : createdBy}
        {note !== null && ` · ${note}`}
      </span>
    </button>
  )
}
