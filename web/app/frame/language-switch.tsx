import { GlobalOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, LANGUAGES, useLanguage, type Language } from '../../locales/language.ts'

export function LanguageSwitch() {
  const { t } = useTranslation()
  const { code } = useLanguage()
  const items = Object.entries(LANGUAGES).map(([key, { name }]) => ({ key, label: <span lang={key}>{name}</span> }))
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items, selectable: true, selectedKeys: [code], onClick: ({ key }) => chooseLanguage(key as Language) }}
    >
      <Button type="text" icon={<GlobalOutlined />} aria-label={t('frame.language')} />
    </Dropdown>
  )
}
