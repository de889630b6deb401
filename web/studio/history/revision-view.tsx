import { App, Button, Checkbox, Input, Modal, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries, type Problem, type Schemas } from '../../api/client.ts'
import { Diff } from '../../elements/diff.tsx'
import { ProblemBox } from '../../elements/problem.tsx'
import { useAfterPublication } from '../publish/after-publication.ts'
import { useStudio } from '../studio.ts'

type Beside = 'force' | 'before'

/** One revision: what differs, and the way back to it. */
export function RevisionView({ revision }: { revision: Schemas['MappingRevision'] }) {
  const { t } = useTranslation()
  const { which, detail, mayWrite } = useStudio()
  const [beside, setBeside] = useState<Beside>(revision.state === 'published' ? 'before' : 'force')
  const [isAsked, setAsked] = useState(false)
  const number = revision.revision
  const query = beside === 'before' && number > 1 ? { against: number - 1 } : {}
  const { data, error } = queries.useQuery(
    'get',
    '/mappings/{folder}/{mapping}/revisions/{revision}',
    { params: { path: { ...which, revision: number }, query } },
    { staleTime: 0 },
  )
  return (
    <section className="panel">
      <header className="history-head">
        <Segmented<Beside>
          value={beside}
          onChange={setBeside}
          options={[
            { value: 'force', label: t('history.besideForce') },
            { value: 'before', label: t('history.besideBefore'), disabled: number === 1 },
          ]}
        />
        {mayWrite && revision.state === 'retired' && (
          <Button onClick={() => setAsked(true)}>{t('history.rollBack')}</Button>
        )}
      </header>
      {error !== null && <ProblemBox problem={error} />}
      {data === undefined && error === null && <Skeleton className="pane-skeleton" active />}
      {data !== undefined && <Diff lines={data.diff} empty={t('history.same')} />}
      {isAsked && <RollBack mapping={detail.name} revision={number} close={() => setAsked(false)} />}
    </section>
  )
}

function RollBack({ mapping, revision, close }: { mapping: string; revision: number; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [note, setNote] = useState('')
  const [replay, setReplay] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const after = useAfterPublication()

  const rollBack = async (): Promise<void> => {
    setBusy(true)
    const { data, error } = await api.POST('/mapping-publications/rollback', {
      body: { mapping, revision, replay, ...(note.trim() !== '' && { note: note.trim() }) },
    })
    setProblem(error)
    setBusy(false)
    if (data === undefined) return
    await after()
    void message.success(t('history.rolledBack', { revision }))
    close()
  }

  return (
    <Modal
      open
      title={t('history.rollBackTo', { revision })}
      okText={t('history.rollBack')}
      confirmLoading={isBusy}
      onOk={() => void rollBack()}
      onCancel={close}
    >
      <p>{t('history.rollBackAbout')}</p>
      <Input
        aria-label={t('publish.note')}
        placeholder={t('publish.note')}
        maxLength={1000}
        value={note}
        onChange={event => setNote(event.target.value)}
      />
      <p>
        <Checkbox checked={replay} onChange={event => setReplay(event.target.checked)}>
          {t('publish.replay')}
        </Checkbox>
      </p>
      {problem !== undefined && <ProblemBox problem={problem} />}
    </Modal>
  )
}
