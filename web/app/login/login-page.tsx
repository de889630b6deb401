import { Alert, Button, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../api/client.ts'
import { sessionEnd, startSession } from '../../api/session.ts'
import { ProblemText } from '../../elements/problem.tsx'
import { AppearanceSwitch } from '../frame/appearance-switch.tsx'
import { Brand } from '../frame/brand.tsx'
import { LanguageSwitch } from '../frame/language-switch.tsx'
import './login.css'

/** A token is tried before it is kept: a wrong one is told here. */
export function LoginPage() {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<Problem | Error>()
  const [isBusy, setBusy] = useState(false)
  const end = sessionEnd()

  const logIn = async ({ token }: { token: string }): Promise<void> => {
    setBusy(true)
    setProblem(undefined)
    const value = token.trim()
    try {
      const reply = await fetch('/api/v1/me', { headers: { authorization: `Bearer ${value}` } })
      if (reply.ok) startSession(value)
      else setProblem((await reply.json()) as Problem)
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)))
    }
    setBusy(false)
  }

  return (
    <main className="login">
      <div className="login-tools">
        <LanguageSwitch />
        <AppearanceSwitch />
      </div>
      <section className="login-card">
        <Brand withName />
        <Typography.Paragraph type="secondary">{t('login.intro')}</Typography.Paragraph>
        {end !== 'none' && problem === undefined && (
          <Alert
            type={end === 'ended' ? 'warning' : 'success'}
            showIcon
            title={end === 'ended' ? t('login.ended') : t('login.left')}
          />
        )}
        {problem !== undefined && <Alert type="error" showIcon title={<ProblemText problem={problem} />} />}
        <Form layout="vertical" requiredMark={false} onFinish={(values: { token: string }) => void logIn(values)}>
          <Form.Item name="token" label={t('login.token')} rules={[{ required: true, message: t('login.needed') }]}>
            <Input.Password size="large" placeholder="pb_…" autoComplete="off" spellCheck={false} />
          </Form.Item>
          <Button type="primary" size="large" htmlType="submit" block loading={isBusy}>
            {t('login.logIn')}
          </Button>
        </Form>
        <Typography.Paragraph type="secondary" className="login-hint">
          {t('login.where')} <code>npm run patchbay -- token create --name NAME --scope map read</code>
        </Typography.Paragraph>
      </section>
    </main>
  )
}
