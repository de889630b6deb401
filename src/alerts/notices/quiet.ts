import type { QuietHours } from '#config/alerts/alerts.ts'

const DAY_MINUTES = 24 * 60
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Whether it is quiet now, by the clock of the team. Hours that end before they begin end on the next day. */
export function isQuiet(hours: QuietHours | undefined, timeZone: string, nowMs: number): boolean {
  if (hours === undefined) return false
  const { day, minute } = clockOf(timeZone, nowMs)
  const { fromMinute: from, toMinute: to, days } = hours
  const yesterday = (day + 6) % 7
  if (from < to) return days.includes(day) && minute >= from && minute < to
  return (days.includes(day) && minute >= from) || (days.includes(yesterday) && minute < to)
}

function clockOf(timeZone: string, nowMs: number): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'))
  return { day: WEEKDAYS.indexOf(parts.get('weekday') ?? ''), minute: minute % DAY_MINUTES }
}
