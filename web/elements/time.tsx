import { Tooltip } from 'antd'
import { useLanguage, type Language } from '../locales/language.ts'

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** How long ago, as people say it; the exact time on hover. Older than a week: the day. */
export function Ago({ at }: { at: string }) {
  const { code } = useLanguage()
  const date = new Date(at)
  const exact = new Intl.DateTimeFormat(code, { dateStyle: 'medium', timeStyle: 'medium' }).format(date)
  return (
    <Tooltip title={exact}>
      <time dateTime={at}>{agoText(date, code)}</time>
    </Tooltip>
  )
}

export function agoText(date: Date, language: Language): string {
  const seconds = (date.getTime() - Date.now()) / 1000
  if (Math.abs(seconds) > 7 * 86_400) return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(date)
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }).format(
    Math.round(seconds / size),
    unit,
  )
}

/** Numbers as the language writes them. */
export function useNumbers(): (value: number) => string {
  const { code } = useLanguage()
  return value => new Intl.NumberFormat(code).format(value)
}
