import { AlertOutlined, ApiOutlined, CompassOutlined, DashboardOutlined, PartitionOutlined } from '@ant-design/icons'
import { Badge, Grid, Menu } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { useAlerts } from '../../pages/alerts/use-alerts.ts'
import { Brand } from './brand.tsx'
import { type Page, pageOf, PAGES } from './pages.ts'

const ICONS: Readonly<Record<Page, ReactNode>> = {
  overview: <DashboardOutlined />,
  alerts: <AlertOutlined />,
  mappings: <PartitionOutlined />,
}

/** The side bar: the pages of the console, and below them the pages that the hub has beside it. */
export function Navigation() {
  const { t } = useTranslation()
  const here = pageOf(useLocation().pathname)
  const isNarrow = Grid.useBreakpoint().lg === false
  const open = useAlerts('open').data?.items.length ?? 0
  const pages = (Object.keys(PAGES) as Page[]).map(key => ({
    key,
    icon: ICONS[key],
    label: (
      <Link to={`/${PAGES[key]}`}>
        {t(`frame.${key}`)} {key === 'alerts' && <Badge count={open} size="small" />}
      </Link>
    ),
  }))
  return (
    <nav className={isNarrow ? 'navigation navigation-narrow' : 'navigation'} aria-label={t('frame.navigation')}>
      <Link to="/" className="navigation-brand" aria-label="Patchbay">
        <Brand withName={!isNarrow} />
      </Link>
      <Menu mode="inline" inlineCollapsed={isNarrow} selectedKeys={here === undefined ? [] : [here]} items={pages} />
      <Menu
        className="navigation-foot"
        mode="inline"
        inlineCollapsed={isNarrow}
        selectable={false}
        items={[
          { key: 'docs', icon: <ApiOutlined />, label: <a href="/docs/">{t('frame.docs')}</a> },
          { key: 'about', icon: <CompassOutlined />, label: <a href="/about">{t('frame.about')}</a> },
        ]}
      />
    </nav>
  )
}
