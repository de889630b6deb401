import { useQueryClient } from '@tanstack/react-query'
import { LIVE_MS, queries, type Schemas } from '../../api/client.ts'
import { useLanguage } from '../../locales/language.ts'

export type AlertShape = Schemas['Alert']
export const ALERTS_MAX = 100

/** Alerts in the reader's language, newest first, asked again and again. */
export function useAlerts(state: 'open' | 'resolved') {
  const language = useLanguage().code === 'zh-CN' ? 'zh' : 'en'
  return queries.useQuery(
    'get',
    '/alerts',
    { params: { query: { state, language, limit: ALERTS_MAX } } },
    { refetchInterval: LIVE_MS },
  )
}

/** Asks for everything on the page anew, after an act. */
export function useAfterAct(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await Promise.all(['/alerts', '/alert-silences'].map(path => client.invalidateQueries({ queryKey: ['get', path] })))
  }
}
