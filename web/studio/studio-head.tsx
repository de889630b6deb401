import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { DirectionTag } from '../elements/direction-tag.tsx'
import { Ago } from '../elements/time.tsx'
import { useStudio } from './studio.ts'

/** What mapping it is, and how it stands. */
export function StudioHead() {
  const { t } = useTranslation()
  const { detail, draft, mayWrite } = useStudio()
  return (
    <header className="studio-head">
      <h1>{detail.name.replace(/\.(in|out)$/, '')}</h1>
      <DirectionTag direction={detail.direction} />
      <span className="studio-state">
        {detail.revision === null ? t('mappings.notInForce') : t('mappings.inForce', { revision: detail.revision })}
        {draft.isDirty ? (
          <Tag color="orange" variant="filled">
            {t('studio.unsaved')}
          </Tag>
        ) : (
          detail.draft !== null && (
            <Tag color="gold" variant="filled">
              {t('mappings.draftBy', { by: detail.draft.by })} <Ago at={detail.draft.at} />
            </Tag>
          )
        )}
        {!mayWrite && <Tag variant="filled">{t('studio.mayNotWrite')}</Tag>}
      </span>
    </header>
  )
}
