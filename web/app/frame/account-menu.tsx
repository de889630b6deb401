import { LogoutOutlined, UserOutlined } from '@ant-design/icons'
import { Button, Dropdown, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMe } from '../../api/me.ts'
import { endSession } from '../../api/session.ts'

/** Whose token it is, what it may do, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation()
  const { name, scopes } = useMe()
  const who = (
    <span className="account">
      <strong>{name}</strong>
      <span className="account-scopes">
        {scopes.map(scope => (
          <Tag key={scope} variant="filled">
            {scope}
          </Tag>
        ))}
      </span>
    </span>
  )
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          { key: 'who', label: who, disabled: true },
          { type: 'divider' },
          { key: 'leave', icon: <LogoutOutlined />, label: t('frame.logOut') },
        ],
        onClick: ({ key }) => {
          if (key === 'leave') endSession('left')
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('frame.account')}>
        <span className="account-name">{name}</span>
      </Button>
    </Dropdown>
  )
}
