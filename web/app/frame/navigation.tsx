import { ApiOutlined, CompassOutlined, DashboardOutlined, PartitionOutlined } from '@ant-design/icons'
import { Grid, Menu } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { Brand } from './brand.tsx'

/** The side bar: the pages of the console, and below them the pages that the hub has beside it. */
export function Navigation() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const isNarrow = Grid.useBreakpoint().lg === false
  const here = pathname.startsWith('/mappings') ? 'mappings' : pathname === '/' ? 'overview' : ''
  return (
    <nav className={isNarrow ? 'navigation navigation-narrow' : 'navigation'} aria-label={t('frame.navigation')}>
      <Link to="/" className="navigation-brand" aria-label="Patchbay">
        <Brand withName={!isNarrow} />
      </Link>
      <Menu
        mode="inline"
        inlineCollapsed={isNarrow}
        selectedKeys={[here]}
        items={[
          { key: 'overview', icon: <DashboardOutlined />, label: <Link to="/">{t('frame.overview')}</Link> },
          { key: 'mappings', icon: <PartitionOutlined />, label: <Link to="/mappings">{t('frame.mappings')}</Link> },
        ]}
      />
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
