import { App, Button, Tag, Tooltip, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { ProblemText } from '../../elements/problem.tsx'
import { Ago, useNumbers } from '../../elements/time.tsx'
import { type AlertShape, useAfterAct } from './use-alerts.ts'

/** From here on the hub counts customers no further. */
const CUSTOMERS_MAX = 1_000

/** One alert: what is wrong, since when, who has it, and what to do. */
export function AlertCard({ alert, silence }: { alert: AlertShape; silence: () => void }) {
  const { t } = useTranslation()
  const { severity, state, what, cure, command, runbook } = alert
  const isOpen = state !== 'resolved'
  return (
    <li className="panel alert" data-severity={severity} data-state={state}>
      <header>
        <Tooltip title={t(`alerts.severityAbout.${severity}`)}>
          <Tag color={severity === 'page' ? 'red' : 'gold'}>{t(`alerts.severity.${severity}`)}</Tag>
        </Tooltip>
        <h2>{what}</h2>
        {isOpen && <AlertActs alert={alert} silence={silence} />}
      </header>
      <Facts alert={alert} />
      {isOpen && (
        <dl>
          <dt>{t('alerts.cure')}</dt>
          <dd>{cure}</dd>
          <dt>{t('alerts.command')}</dt>
          <dd>
            <Typography.Text code copyable>
              {command}
            </Typography.Text>
          </dd>
          <dt>{t('alerts.runbook')}</dt>
          <dd>
            {/^https?:/.test(runbook) ? (
              <a href={runbook} target="_blank" rel="noreferrer">
                {runbook}
              </a>
            ) : (
              <code>{runbook}</code>
            )}
          </dd>
        </dl>
      )}
    </li>
  )
}

function AlertActs({ alert: { id, state }, silence }: { alert: AlertShape; silence: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useMe()
  const after = useAfterAct()
  const [isBusy, setBusy] = useState(false)
  if (!may('operate')) return null

  const acknowledge = async (): Promise<void> => {
    setBusy(true)
    const { error } = await api.POST('/alerts/{id}/acknowledge', { params: { path: { id } } })
    await after()
    setBusy(false)
    if (error === undefined) void message.success(t('alerts.acknowledged'))
    else void message.error(<ProblemText problem={error} />)
  }
  return (
    <span className="alert-acts">
      <Button size="small" onClick={silence}>
        {t('alerts.silence')}
      </Button>
      {state === 'firing' && (
        <Tooltip title={t('alerts.acknowledgeAbout')}>
          <Button size="small" type="primary" loading={isBusy} onClick={() => void acknowledge()}>
            {t('alerts.acknowledge')}
          </Button>
        </Tooltip>
      )}
    </span>
  )
}

function Facts({ alert }: { alert: AlertShape }) {
  const { t } = useTranslation()
  const numbers = useNumbers()
  const { name, system, object, team, customers, since, resolvedAt, acknowledgedBy, toldTo, silenced } = alert
  return (
    <p className="alert-facts">
      <code>{name}</code>
      {system !== null && <strong>{object === null ? system : `${system}/${object}`}</strong>}
      <span>
        {t('alerts.since')} <Ago at={since} />
      </span>
      {resolvedAt !== null && (
        <span>
          {t('alerts.lasted')} <Ago at={resolvedAt} />
        </span>
      )}
      {customers !== null && (
        <span>
          {t(customers < CUSTOMERS_MAX ? 'alerts.customers' : 'alerts.customersMany', {
            count: customers,
            shown: numbers(customers),
          })}
        </span>
      )}
      {team !== null && <span>{t('alerts.team', { team })}</span>}
      <span>{toldTo.length === 0 ? t('alerts.untold') : t('alerts.toldTo', { channels: toldTo.join(', ') })}</span>
      {acknowledgedBy !== null && <Tag variant="filled">{t('alerts.acknowledgedBy', { by: acknowledgedBy })}</Tag>}
      {silenced && <Tag variant="filled">{t('alerts.silenced')}</Tag>}
    </p>
  )
}
