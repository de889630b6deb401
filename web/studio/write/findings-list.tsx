import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Finding } from '../editor/findings.ts'

/** What is wrong with the text, the worst first. */
export function FindingsList({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation()
  if (findings.length === 0)
    return (
      <span className="findings-none">
        <CheckCircleFilled /> {t('studio.noFindings')}
      </span>
    )
  const sorted = findings.toSorted((a, b) => Number(a.level !== 'error') - Number(b.level !== 'error'))
  return (
    <ul className="findings" aria-label={t('studio.findings')}>
      {sorted.map(({ level, code, message, line, column }) => (
        <li key={`${code} ${message} ${line} ${column}`} data-level={level}>
          {level === 'error' ? <CloseCircleFilled /> : <WarningFilled />}
          <span>
            <strong>{t(`findings.${code}`, { defaultValue: t('findings.failure') })}</strong> {message}
          </span>
          {line !== undefined && (
            <span className="quiet number">
              {line}:{column ?? 1}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
