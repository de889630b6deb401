import { App, Button, Checkbox, Empty, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries, type Problem } from '../../api/client.ts'
import { Diff } from '../../elements/diff.tsx'
import { ProblemBox } from '../../elements/problem.tsx'
import { ScopeNeeded } from '../../elements/scope-needed.tsx'
import type { Plan } from '../plan/use-plan.ts'
import { useStudio } from '../studio.ts'
import { Readiness } from './readiness.tsx'
import { useAfterPublication } from './after-publication.ts'
import './publish.css'

/** The last look before a draft is in force: whether it may be, what differs, and why it is done. */
export function PublishView({ plan, onPublished }: { plan: Plan; onPublished: (number: number) => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { which, detail, draft, mayWrite } = useStudio()
  const [note, setNote] = useState('')
  const [isReplayed, setReplayed] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const after = useAfterPublication()
  const revision = detail.draft?.revision ?? 0
  const saved = queries.useQuery(
    'get',
    '/mappings/{folder}/{mapping}/revisions/{revision}',
    { params: { path: { ...which, revision } } },
    { enabled: revision > 0, staleTime: 0 },
  )

  const publish = async (): Promise<void> => {
    setBusy(true)
    const { data, error } = await api.POST('/mapping-publications', {
      body: { mappings: [detail.name], replay: isReplayed, ...(note.trim() !== '' && { note: note.trim() }) },
    })
    setProblem(error)
    if (data !== undefined) {
      await after()
      void message.success(t('publish.done'))
      onPublished(data.number)
    }
    setBusy(false)
  }

  if (detail.draft === null && !draft.isDirty)
    return (
      <div className="panel">
        <Empty className="pane-empty" description={t('publish.nothing')} />
      </div>
    )
  return (
    <div className="publish">
      <Readiness plan={plan} />
      <section className="panel">
        <h2>{t('publish.diff')}</h2>
        {saved.data !== undefined && <Diff lines={saved.data.diff} empty={t('publish.same')} />}
        {saved.error !== null && <ProblemBox problem={saved.error} />}
      </section>
      {mayWrite ? (
        <section className="panel publish-act">
          <Input.TextArea
            aria-label={t('publish.note')}
            placeholder={t('publish.note')}
            autoSize={{ minRows: 2, maxRows: 6 }}
            maxLength={1000}
            value={note}
            onChange={event => setNote(event.target.value)}
          />
          <Checkbox checked={isReplayed} onChange={event => setReplayed(event.target.checked)}>
            {t('publish.replay')}
          </Checkbox>
          <p className="quiet">{t('publish.replayAbout')}</p>
          {problem !== undefined && <ProblemBox problem={problem} />}
          <Button
            type="primary"
            size="large"
            loading={isBusy}
            disabled={draft.isDirty || detail.draft === null}
            onClick={() => void publish()}
          >
            {t('publish.publish')}
          </Button>
        </section>
      ) : (
        <section className="panel">
          <ScopeNeeded scope="map" purpose={t('scopeNeeded.publish')} />
        </section>
      )}
    </div>
  )
}
