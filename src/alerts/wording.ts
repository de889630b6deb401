import type { JsonObject } from '#model/json.ts'
import type { Language } from './condition.ts'

const UNITS = {
  en: { minute: ['minute', 'minutes'], hour: ['hour', 'hours'], day: ['day', 'days'] },
  zh: { minute: [' 分钟', ' 分钟'], hour: [' 小时', ' 小时'], day: [' 天', ' 天'] },
} as const

/** A duration for people, in its largest sensible unit. */
export function span(ms: number, language: Language): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  if (minutes < 120) return counted(minutes, 'minute', language)
  const hours = Math.round(minutes / 60)
  return hours < 48 ? counted(hours, 'hour', language) : counted(Math.round(hours / 24), 'day', language)
}

function counted(count: number, unit: 'minute' | 'hour' | 'day', language: Language): string {
  const [one, more] = UNITS[language][unit]
  const word = count === 1 ? one : more
  return language === 'en' ? `${count} ${word}` : `${count}${word}`
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** A text of the detail, or nothing. */
export function textOf(detail: JsonObject, name: string): string {
  const value = detail[name]
  return typeof value === 'string' ? value : ''
}

export function numberOf(detail: JsonObject, name: string): number {
  const value = detail[name]
  return typeof value === 'number' ? value : 0
}

/** `: message`, where there is one; vendors' messages can be long. */
export function after(message: string): string {
  return message === '' ? '' : `: ${message.length > 200 ? `${message.slice(0, 199)}…` : message}`
}
