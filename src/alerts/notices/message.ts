import type { AlertRow } from '../rows.ts'
import type { Describe, Description } from '../describe.ts'
import type { Language, Severity } from '../condition.ts'

export type MessageKind = 'firing' | 'escalated' | 'acknowledged' | 'resolved' | 'test'

/** What is said to one channel: words are in the team's language, each vendor's form is made by its notifier. */
export interface Message {
  /** The same for every try, so that a receiver can tell a repeated one. */
  id: string
  kind: MessageKind
  severity: Severity
  language: Language
  team: string
  title: string
  alerts: readonly MessageAlert[]
  /** Alerts that are not listed, since they are too many. */
  more: number
  /** Where all of them can be acknowledged; undefined when there is nothing to acknowledge. */
  acknowledgeUrl: string | undefined
  atMs: number
}

export interface MessageAlert extends Description {
  id: string
  name: string
  severity: Severity
  state: AlertRow['state']
  system: string | null
  object: string | null
  team: string | null
  value: number
  customers: number | null
  since: Date
  resolvedAt: Date | null
  /** `Since`, `Customers` and the like with their values, in the order in which they are shown. */
  facts: readonly { label: string; value: string }[]
}

export interface MessageContext {
  describe: Describe
  language: Language
  timeZone: string
  teamTitle: string
  nowMs: number
  acknowledgeUrl: string | undefined
}

const LISTED_MAX = 10
/** Vendors count bytes, and a Chinese character has three. */
const CHARS_MAX = 300

const WORDS = {
  en: {
    since: 'Since',
    customers: 'Customers touched',
    atLeast: (count: number) => `at least ${count}`,
    owner: 'Owner',
    cure: 'Likely cure',
    command: 'Command',
    runbook: 'Runbook',
    ended: 'Ended',
    by: 'Acknowledged by',
    more: (count: number) => `and ${count} more: patchbay alerts`,
    acknowledge: 'Acknowledge',
    kinds: {
      firing: '',
      escalated: 'Not acknowledged: ',
      acknowledged: 'Acknowledged: ',
      resolved: 'Resolved: ',
      test: 'Test: ',
    },
    several: (count: number, team: string) => `${count} alerts of ${team}`,
  },
  zh: {
    since: '开始时间',
    customers: '受影响客户',
    atLeast: (count: number) => `至少 ${count}`,
    owner: '负责团队',
    cure: '可能的原因与处理',
    command: '命令',
    runbook: '处置手册',
    ended: '恢复时间',
    by: '确认人',
    more: (count: number) => `另有 ${count} 条：patchbay alerts`,
    acknowledge: '确认告警',
    kinds: {
      firing: '',
      escalated: '【未确认，已升级】',
      acknowledged: '【已确认】',
      resolved: '【已恢复】',
      test: '【测试】',
    },
    several: (count: number, team: string) => `${team} 的 ${count} 条告警`,
  },
} as const

export function wordsOf(language: Language) {
  return WORDS[language]
}

export function messageOf(
  notice: { id: string; kind: MessageKind },
  alerts: readonly AlertRow[],
  context: MessageContext,
): Message {
  const { language, teamTitle, nowMs } = context
  const words = WORDS[language]
  const listed = alerts.slice(0, LISTED_MAX).map(alert => messageAlertOf(alert, context))
  const [only] = listed
  const what = alerts.length === 1 && only !== undefined ? only.what : words.several(alerts.length, teamTitle)
  return {
    ...notice,
    severity: alerts.some(({ severity }) => severity === 'page') ? 'page' : 'ticket',
    language,
    team: teamTitle,
    title: `${words.kinds[notice.kind]}${what}`,
    alerts: listed,
    more: alerts.length - listed.length,
    acknowledgeUrl: context.acknowledgeUrl,
    atMs: nowMs,
  }
}

function messageAlertOf(alert: AlertRow, { describe, language, timeZone }: MessageContext): MessageAlert {
  const words = WORDS[language]
  const { id, name, severity, state, system, object, team, value, customers, since, resolved_at: resolvedAt } = alert
  const description = describe(alert, language)
  const [what, cure] = [cut(description.what), cut(description.cure)]
  const shown = [
    { label: words.since, value: timeOf(since, timeZone) },
    { label: words.ended, value: resolvedAt === null ? '' : timeOf(resolvedAt, timeZone) },
    { label: words.customers, value: countOf(customers, language) },
    { label: words.owner, value: description.teamTitle },
    { label: words.by, value: state === 'acknowledged' ? cut(alert.acknowledged_by ?? '') : '' },
    { label: words.cure, value: state === 'resolved' ? '' : cure },
    { label: words.command, value: state === 'resolved' ? '' : description.command },
    { label: words.runbook, value: state === 'resolved' ? '' : description.runbook },
  ]
  const facts = shown.filter(fact => fact.value !== '')
  return {
    ...description,
    what,
    cure,
    id,
    name,
    severity,
    state,
    system,
    object,
    team,
    value,
    customers,
    since,
    resolvedAt,
    facts,
  }
}

function countOf(customers: number | null, language: Language): string {
  if (customers === null) return ''
  return customers >= 1_000 ? WORDS[language].atLeast(customers) : String(customers)
}

/** `2026-03-04 13:05 Europe/Berlin` */
export function timeOf(date: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(date)
  return `${parts} ${timeZone}`
}

function cut(text: string): string {
  const line = text.replace(/[\u0000-\u001F\u007F-\u009F]+/g, ' ').toWellFormed()
  return line.length > CHARS_MAX ? `${line.slice(0, CHARS_MAX - 1)}…` : line
}

/**
 * The text of a message as large as its vendor takes it: alerts that do not fit are counted instead.
 *
 * @param bytes how large what `render` makes of a message is in the end
 */
export function fitMessage(message: Message, bytesMax: number, render: (message: Message) => string): string {
  for (let count = message.alerts.length; ; count -= 1) {
    const alerts = message.alerts.slice(0, count)
    const text = render({ ...message, alerts, more: message.more + message.alerts.length - count })
    if (Buffer.byteLength(text) <= bytesMax || count === 0) return text
  }
}
