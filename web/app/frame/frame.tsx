import { Skeleton } from 'antd'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet } from 'react-router'
import { AccountMenu } from './account-menu.tsx'
import { AppearanceSwitch } from './appearance-switch.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { LiveMark } from './live-mark.tsx'
import { Navigation } from './navigation.tsx'
import { Trail } from './trail.tsx'
import './frame.css'

/** What is around every page: where one can go, where one is, how fresh it is, and one's own settings. */
export function Frame() {
  const { t } = useTranslation()
  return (
    <div className="frame">
      <a className="frame-skip" href="#page">
        {t('frame.skip')}
      </a>
      <Navigation />
      <div className="frame-main">
        <header className="frame-top">
          <Trail />
          <div className="frame-tools">
            <LiveMark />
            <LanguageSwitch />
            <AppearanceSwitch />
            <AccountMenu />
          </div>
        </header>
        <main className="frame-page" id="page" tabIndex={-1}>
          <Suspense fallback={<Skeleton active />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  )
}
