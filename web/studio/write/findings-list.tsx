import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { useSaid } from '../../locales/said.ts'
import type { Finding } from '../editor/findings.ts'

/** What is wrong with the text, the worst first. */
export function FindingsList({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (findings.length === 0)
    return (
      <span className="findings-none">
        <CheckCircleFilled /> {t('studio.noFindings')}
      </span>
    )
  const sorted = findings.toSorted((a, b) => Number(a.level !== 'error') - Number(b.level !== 'error'))
  return (
    <ul className="findings" aria-label={t('studio.findings')}>
      {sorted.map(finding => (
        <li key={`${finding.code} ${finding.message} ${finding.position}`} data-level={finding.level}>
          {finding.level === 'error' ? <CloseCircleFilled /> : <WarningFilled />}
          <span>
            <strong>{t(`findings.${finding.code}`, { defaultValue: t('findings.failure') })}</strong> {said(finding)}
          </span>
          {finding.line !== undefined && (
            <span className="quiet number">
              {finding.line}:{finding.column ?? 1}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
