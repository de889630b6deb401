import { App } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useBlocker } from 'react-router'

/** What is typed and not saved is not left by accident; other steps of the same mapping are no leaving. */
export function useLeaveGuard(isDirty: boolean): void {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty && mappingOf(currentLocation) !== mappingOf(nextLocation),
  )
  useEffect(() => {
    if (blocker.state !== 'blocked') return
    modal.confirm({
      title: t('studio.leave.title'),
      content: t('studio.leave.what'),
      okText: t('studio.leave.leave'),
      okButtonProps: { danger: true },
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    })
  }, [blocker, modal, t])
  useEffect(() => {
    if (!isDirty) return undefined
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isDirty])
}

function mappingOf({ pathname }: { pathname: string }): string {
  return pathname.split('/').slice(0, 4).join('/')
}
