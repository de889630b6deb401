import type { HubConfig } from '#config/config.ts'
import type { Signer } from '#config/signer.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Database } from '#store/database.ts'
import { tell } from '../channels/tell.ts'
import type { Describe } from '../describe.ts'
import type { AlertRow } from '../rows.ts'
import { acknowledgeUrl } from './link.ts'
import { type Message, messageOf } from './message.ts'
import {
  claimNotices,
  type NoticeRow,
  readAlertsOf,
  readQuietChannels,
  storeChannelAnswer,
  storeSent,
  storeUnsent,
} from './rows.ts'

export interface DeliverNoticesParts {
  database: Database
  config: HubConfig
  describe: Describe
  signer: Signer
  nowMs: () => number
  log: Log
  metrics: Pick<Metrics, 'notices'>
}

const RETRY_FIRST_MS = 30_000
const RETRY_MAX_MS = 15 * 60_000
/** A notice that nobody took for so long is no news any more. */
const GIVEN_UP_AFTER_MS = 24 * 60 * 60_000

/** Sends what is due, each notice through the first of its channels that takes it. */
export async function deliverNotices(parts: DeliverNoticesParts): Promise<void> {
  const db = parts.database.kysely
  const notices = await claimNotices(db, parts.nowMs())
  if (notices.length === 0) return
  const quiet = await readQuietChannels(db, parts.nowMs())
  await Promise.all(notices.map(notice => deliverNotice(parts, notice, quiet)))
}

async function deliverNotice(parts: DeliverNoticesParts, notice: NoticeRow, quiet: ReadonlySet<string>): Promise<void> {
  const db = parts.database.kysely
  const alerts = (await readAlertsOf(db, notice)).filter(alert => isNews(notice.kind, alert))
  if (alerts.length === 0)
    return await storeUnsent(db, notice, { error: 'over before it could be told', dueAtMs: undefined })
  const message = composeNotice(parts, notice, alerts)
  const errors: string[] = []
  for (const name of notice.channels) {
    const error = quiet.has(name) ? 'asked to be left alone' : await tryChannel(parts, notice, name, message)
    if (error === undefined) return await storeSent(parts.database, notice, name, parts.nowMs())
    errors.push(`${name}: ${error}`)
  }
  const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (notice.tries - 1))
  const isGivenUp = parts.nowMs() - notice.made_at.getTime() > GIVEN_UP_AFTER_MS
  parts.log.error(
    { unit: 'alerts', team: notice.team, tries: notice.tries, errors },
    'no channel of the team took a notice',
  )
  const dueAtMs = isGivenUp ? undefined : parts.nowMs() + waitMs
  await storeUnsent(db, notice, { error: errors.join('; '), dueAtMs })
}

/** Nobody is to be told of what has ended, or was acknowledged, since the notice was planned. */
function isNews(kind: NoticeRow['kind'], { state }: AlertRow): boolean {
  if (kind === 'resolved') return state === 'resolved'
  return kind === 'acknowledged' ? state !== 'firing' : state === 'firing'
}

/** Why the channel did not take it; undefined: it did. */
async function tryChannel(
  parts: DeliverNoticesParts,
  notice: NoticeRow,
  name: string,
  message: Message,
): Promise<string | undefined> {
  const { config, nowMs, log, metrics } = parts
  const channel = config.alerts.channels[name]
  if (channel === undefined) return 'no longer in patchbay.yaml'
  const { allowPrivateAddresses } = config.hub
  const told = await tell(message, channel, config.teams[notice.team]?.email, { allowPrivateAddresses, nowMs })
  await storeChannelAnswer(parts.database.kysely, name, told, nowMs())
  metrics.notices.inc({ channel: name, result: told.ok ? 'sent' : 'failed' })
  if (told.ok) return undefined
  log.warn({ unit: 'alerts', channel: name, reason: told.message }, 'a channel did not take a notice')
  return told.message
}

/** The words of a notice, for its team. */
export function composeNotice(
  { config, describe, signer, nowMs }: Pick<DeliverNoticesParts, 'config' | 'describe' | 'signer' | 'nowMs'>,
  notice: Pick<NoticeRow, 'id' | 'kind' | 'team'>,
  alerts: readonly AlertRow[],
): Message {
  const { language, timeZone } = config.alerts.teams[notice.team] ?? config.alerts
  const canAcknowledge = notice.kind === 'firing' || notice.kind === 'escalated'
  return messageOf({ id: notice.id, kind: notice.kind }, alerts, {
    describe,
    language,
    timeZone,
    teamTitle: config.teams[notice.team]?.title ?? notice.team,
    nowMs: nowMs(),
    acknowledgeUrl: canAcknowledge ? acknowledgeUrl(config.hub.publicUrl, signer, notice, nowMs()) : undefined,
  })
}
