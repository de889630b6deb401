import { Button, Result } from 'antd'
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'

/** A mistake of the console itself: what is typed is lost, so the page says so and offers to begin again. */
export function BrokenPage() {
  const { t } = useTranslation()
  const error = useRouteError()
  return (
    <Result
      status="error"
      title={t('broken.title')}
      subTitle={error instanceof Error ? error.message : String(error)}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {t('broken.again')}
        </Button>
      }
    />
  )
}
