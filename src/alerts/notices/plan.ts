import type { AlertsConfig, AlertTeam } from '#config/alerts/alerts.ts'
import type { Severity } from '../condition.ts'
import { isSilenced, type SilenceRow } from '../read.ts'
import type { AlertRow } from '../rows.ts'
import { isQuiet } from './quiet.ts'

/** Something to be said to a team, all of it in one notice. */
export interface PlannedNotice {
  kind: 'firing' | 'escalated' | 'acknowledged' | 'resolved'
  team: string
  /** In the order in which they are tried. */
  channels: readonly string[]
  alerts: readonly AlertRow[]
}

export interface PlanInput {
  /** Those that are open, and ended ones whose end was not told. */
  alerts: readonly AlertRow[]
  silences: readonly SilenceRow[]
  /** Notices that each channel took within the last hour. */
  sentLastHour: ReadonlyMap<string, number>
  config: AlertsConfig
  hearsAcknowledgements: (channel: string) => boolean
  nowMs: number
}

/** Tickets that come up together are told together. */
const GROUPED_FOR_MS = 30_000
/** Of what a channel takes in an hour tickets leave a quarter to pages. */
const TICKETS_SHARE = 0.75

/**
 * What is to be said now. What may not be said yet (quiet hours, a silence, the limit of a channel) is not lost: the alert
 * stays untold, and is told together with the others when it may be.
 */
export function planNotices(input: PlanInput): PlannedNotice[] {
  const room = createRoom(input)
  return Object.entries(input.config.teams).flatMap(([name, team]) => {
    const own = input.alerts.filter(alert => ownerOf(alert, input.config) === name)
    const isHeld = (alert: AlertRow): boolean =>
      isSilenced(alert, input.silences) ||
      (alert.severity === 'ticket' && isQuiet(team.quietHours, team.timeZone, input.nowMs))
    const free = own.filter(alert => !isHeld(alert))
    return [
      ...planFirst(free, name, team, input.nowMs),
      ...planEscalations(free, name, team, input.nowMs),
      ...planAcknowledged(own, name, input.hearsAcknowledgements),
      ...planEnds(free, name),
    ].filter(notice => room.take(notice))
  })
}

/** Alerts of a team that has no channels are told to the default team. */
function ownerOf({ team }: AlertRow, { teams, defaultTeam }: AlertsConfig): string | undefined {
  return team !== null && Object.hasOwn(teams, team) ? team : defaultTeam
}

function createRoom({ config, sentLastHour }: PlanInput) {
  const taken = new Map(sentLastHour)
  return {
    take({ channels, alerts }: PlannedNotice): boolean {
      const [channel = ''] = channels
      const max = config.channels[channel]?.everyHourMax ?? 0
      const share = severityOf(alerts) === 'page' ? 1 : TICKETS_SHARE
      const sent = taken.get(channel) ?? 0
      if (sent >= Math.ceil(max * share)) return false
      taken.set(channel, sent + 1)
      return true
    },
  }
}

function severityOf(alerts: readonly AlertRow[]): Severity {
  return alerts.some(({ severity }) => severity === 'page') ? 'page' : 'ticket'
}

function planFirst(alerts: readonly AlertRow[], name: string, team: AlertTeam, nowMs: number): PlannedNotice[] {
  const untold = alerts.filter(alert => alert.state === 'firing' && alert.told_at === null)
  return (['page', 'ticket'] as const).flatMap(severity => {
    const mine = untold.filter(alert => alert.severity === severity)
    const isRipe = severity === 'page' || mine.some(alert => nowMs - alert.raised_at.getTime() >= GROUPED_FOR_MS)
    if (mine.length === 0 || !isRipe) return []
    const channels = severity === 'page' ? (team.pageChannels ?? team.channels) : team.channels
    return [{ kind: 'firing' as const, team: name, channels, alerts: mine }]
  })
}

/** One step after the other, counted from when the alert was first told. */
function planEscalations(alerts: readonly AlertRow[], name: string, team: AlertTeam, nowMs: number): PlannedNotice[] {
  return team.escalate.flatMap(({ afterMs, channels }, step) => {
    const due = alerts.filter(
      alert =>
        alert.state === 'firing' &&
        alert.told_at !== null &&
        alert.escalations === step &&
        nowMs - alert.told_at.getTime() >= afterMs,
    )
    return due.length === 0 ? [] : [{ kind: 'escalated' as const, team: name, channels, alerts: due }]
  })
}

function planAcknowledged(
  alerts: readonly AlertRow[],
  name: string,
  hears: (channel: string) => boolean,
): PlannedNotice[] {
  const untold = alerts.filter(alert => alert.state === 'acknowledged' && !alert.ack_told)
  return byChannel(untold, hears).map(([channel, mine]) => ({
    kind: 'acknowledged',
    team: name,
    channels: [channel],
    alerts: mine,
  }))
}

/** Who was told of an alert is told of its end. */
function planEnds(alerts: readonly AlertRow[], name: string): PlannedNotice[] {
  const ended = alerts.filter(alert => alert.state === 'resolved')
  return byChannel(ended, () => true).map(([channel, mine]) => ({
    kind: 'resolved',
    team: name,
    channels: [channel],
    alerts: mine,
  }))
}

function byChannel(alerts: readonly AlertRow[], isMeant: (channel: string) => boolean): [string, AlertRow[]][] {
  const channels = new Set(alerts.flatMap(alert => alert.told_to).filter(isMeant))
  return [...channels].map(channel => [channel, alerts.filter(alert => alert.told_to.includes(channel))])
}
