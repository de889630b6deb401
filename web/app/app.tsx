import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import { I18nextProvider } from 'react-i18next'
import { RouterProvider } from 'react-router'
import { queryClient } from '../api/query-client.ts'
import { useToken } from '../api/session.ts'
import { useLanguage } from '../locales/language.ts'
import { i18n } from '../locales/i18n.ts'
import { LoginPage } from './login/login-page.tsx'
import { pageNonce } from './nonce.ts'
import { router } from './routes.tsx'
import { themeOf } from './theme.ts'
import { useIsDark } from './appearance.ts'

/** Everything around the pages: language, theme, the nonce of style sheets, and who is logged in. */
export function App() {
  const language = useLanguage()
  const isDark = useIsDark()
  const token = useToken()
  return (
    <I18nextProvider i18n={i18n}>
      <ConfigProvider
        locale={language.components}
        theme={themeOf(isDark)}
        csp={{ nonce: pageNonce }}
        button={{ autoInsertSpace: false }}
      >
        <AntApp className="app" message={{ top: 64 }}>
          <QueryClientProvider client={queryClient}>
            {token === null ? <LoginPage /> : <RouterProvider router={router} />}
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </I18nextProvider>
  )
}
