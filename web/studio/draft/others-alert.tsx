import { Alert, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../../api/client.ts'
import { Diff } from '../../elements/diff.tsx'
import { ProblemBox } from '../../elements/problem.tsx'
import { Ago } from '../../elements/time.tsx'
import { useStudio } from '../studio.ts'

/** Two people on one draft are told of each other, and nothing is lost: who typed chooses. */
export function OthersAlert() {
  const { t } = useTranslation()
  const { detail, draft } = useStudio()
  const [isShown, setShown] = useState(false)
  if (draft.theirs === undefined) return draft.problem === undefined ? null : <ProblemBox problem={draft.problem} />
  const who = detail.draft
  return (
    <Alert
      className="others"
      type="warning"
      showIcon
      title={
        who === null ? (
          t('studio.others.gone')
        ) : (
          <>
            {t('studio.others.saved', { by: who.by })} <Ago at={who.at} />
          </>
        )
      }
      description={isShown && who !== null && <TheirChanges revision={who.revision} />}
      action={
        <span className="others-acts">
          {who !== null && (
            <Button size="small" onClick={() => setShown(!isShown)}>
              {t('studio.others.compare')}
            </Button>
          )}
          <Button size="small" onClick={draft.takeTheirs}>
            {t(who === null ? 'studio.others.takePublished' : 'studio.others.take')}
          </Button>
          {draft.isDirty && (
            <Button size="small" onClick={draft.keepMine}>
              {t('studio.others.keep')}
            </Button>
          )}
        </span>
      }
    />
  )
}

/** What the other person's draft changes of what is in force. */
function TheirChanges({ revision }: { revision: number }) {
  const { t } = useTranslation()
  const { which } = useStudio()
  const { data, error } = queries.useQuery(
    'get',
    '/mappings/{folder}/{mapping}/revisions/{revision}',
    { params: { path: { ...which, revision } } },
    { staleTime: 0 },
  )
  if (error !== null) return <ProblemBox problem={error} />
  return data === undefined ? null : <Diff lines={data.diff} empty={t('publish.same')} />
}
