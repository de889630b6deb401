import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../api/client.ts'
import { useSaid } from '../locales/said.ts'

/** What the API says, and what can be done about it. Anything else is a hub that cannot be reached. */
export function ProblemText({ problem }: { problem: Problem | Error }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (!isProblem(problem)) return <>{t('problem.unreachable')}</>
  return (
    <>
      {t(`problem.${problem.code}`, { defaultValue: problem.title })} {said({ ...problem, message: problem.detail })}
      {problem.errors !== undefined && problem.errors.length > 0 && (
        <ul className="problem-places">
          {problem.errors.map(error => (
            <li key={`${error.path} ${error.message}`}>
              <code>{error.path}</code> {said(error)}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** In place of what could not be shown. */
export function ProblemBox({ problem, retry }: { problem: Problem | Error; retry?: () => unknown }) {
  const { t } = useTranslation()
  return (
    <Alert
      type="error"
      showIcon
      title={<ProblemText problem={problem} />}
      action={
        retry && (
          <Button size="small" onClick={() => void retry()}>
            {t('problem.again')}
          </Button>
        )
      }
    />
  )
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value
}
