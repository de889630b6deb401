import { createInstance } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import { zh } from './zh-cn.ts'
import { kinds } from './zh-cn/reasons/mapping.ts'
import { reasons } from './zh-cn/reasons/reasons.ts'
import { listenLanguage, readLanguage } from './language.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'texts'
    resources: { texts: typeof en; reasons: Readonly<Record<string, string>> }
  }
}

export const i18n = createInstance()

void i18n.use(initReactI18next).init({
  lng: readLanguage(),
  fallbackLng: 'en',
  ns: ['texts', 'reasons'],
  defaultNS: 'texts',
  // The hub itself gives reasons in English.
  resources: { en: { texts: en }, 'zh-CN': { texts: zh, reasons } },
  interpolation: { escapeValue: false },
  initAsync: false,
})

i18n.services.formatter?.add('kinds', (value: readonly string[], language) =>
  new Intl.ListFormat(language, { type: 'disjunction' }).format(value.map(kind => kinds[kind] ?? kind)),
)

listenLanguage(() => void i18n.changeLanguage(readLanguage()))
