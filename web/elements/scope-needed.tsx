import { LockOutlined } from '@ant-design/icons'
import { Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { type Scope, useMe } from '../api/me.ts'
import './scope-needed.css'

/** In place of what the token may not do: which scope is missing, what it would be for, and how to get it. */
export function ScopeNeeded({ scope, purpose }: { scope: Scope; purpose: string }) {
  const { t } = useTranslation()
  const { name, scopes } = useMe()
  // Every other scope includes this one.
  const wanted = [...new Set([...scopes, scope])].filter(one => one !== 'read-masked')
  const owner = /^[\w-]+$/.test(name) ? name : 'NAME'
  return (
    <div className="scope-needed" role="note">
      <LockOutlined aria-hidden />
      <p>
        <strong>{t('scopeNeeded.title', { scope })}</strong>
      </p>
      <p>{purpose}</p>
      <p className="quiet">{t('scopeNeeded.how')}</p>
      <Typography.Text code copyable>
        {`npm run patchbay -- token create --name ${owner} --scope ${wanted.join(' ')}`}
      </Typography.Text>
    </div>
  )
}
