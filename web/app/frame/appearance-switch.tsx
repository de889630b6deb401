import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { chooseAppearance, useAppearance, useIsDark, type Appearance } from '../appearance.ts'

export function AppearanceSwitch() {
  const { t } = useTranslation()
  const appearance = useAppearance()
  const isDark = useIsDark()
  const items = [
    { key: 'system', icon: <DesktopOutlined />, label: t('frame.asSystem') },
    { key: 'light', icon: <SunOutlined />, label: t('frame.light') },
    { key: 'dark', icon: <MoonOutlined />, label: t('frame.dark') },
  ]
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        selectable: true,
        selectedKeys: [appearance],
        onClick: ({ key }) => chooseAppearance(key as Appearance),
      }}
    >
      <Button type="text" icon={isDark ? <MoonOutlined /> : <SunOutlined />} aria-label={t('frame.appearance')} />
    </Dropdown>
  )
}
