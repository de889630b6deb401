import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useStudio } from './studio.ts'
import { useView } from './use-view.ts'

/** What one does with a draft, from every step. */
export function StudioActs() {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const { detail, draft, mayWrite } = useStudio()
  const [view, show] = useView()
  const save = async (): Promise<void> => {
    if (await draft.save()) void message.success(t('studio.saved'))
  }
  const discard = (): void =>
    void modal.confirm({
      title: t('studio.discard.title'),
      content: t('studio.discard.what'),
      okText: t('studio.discard.discard'),
      okButtonProps: { danger: true },
      onOk: () => draft.discard(),
    })
  const hasDraft = detail.draft !== null || draft.isDirty
  if (!mayWrite) return null
  return (
    <span className="studio-acts">
      {hasDraft && (
        <Button type="text" onClick={discard}>
          {t('studio.discard.discard')}
        </Button>
      )}
      <Button disabled={!draft.isDirty} loading={draft.isSaving} onClick={() => void save()}>
        {t('studio.save')}
      </Button>
      <Button type="primary" disabled={!hasDraft || view === 'publish'} onClick={() => show('publish')}>
        {t('studio.toPublish')}
      </Button>
    </span>
  )
}
