import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api, LIVE_MS, queries } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { ProblemText } from '../../elements/problem.tsx'
import { Ago } from '../../elements/time.tsx'
import { useAfterAct } from './use-alerts.ts'

/** What is silenced now, by whom and why, and the end of it. */
export function SilenceList() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useMe()
  const after = useAfterAct()
  const { data } = queries.useQuery('get', '/alert-silences', {}, { refetchInterval: LIVE_MS })
  const silences = data?.items ?? []
  if (silences.length === 0) return null

  const end = async (id: string): Promise<void> => {
    const { error } = await api.DELETE('/alert-silences/{id}', { params: { path: { id } } })
    if (error !== undefined) void message.error(<ProblemText problem={error} />)
    await after()
  }
  return (
    <section className="panel silences">
      <h2>{t('alerts.silences')}</h2>
      <ul aria-label={t('alerts.silences')}>
        {silences.map(({ id, name, system, object, team, why, by, endsAt }) => (
          <li key={id}>
            <span>
              <code>{[name, system, object, team].filter(part => part !== null).join(' · ')}</code> {why}
              <br />
              <span className="quiet">
                {t('alerts.silenceBy', { by })} <Ago at={endsAt} />
              </span>
            </span>
            {may('operate') && (
              <Button size="small" onClick={() => void end(id)}>
                {t('alerts.endSilence')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
