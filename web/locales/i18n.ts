import { createInstance } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import { zh } from './zh-cn.ts'
import { listenLanguage, readLanguage } from './language.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'texts'
    resources: { texts: typeof en }
  }
}

export const i18n = createInstance()

void i18n.use(initReactI18next).init({
  lng: readLanguage(),
  fallbackLng: 'en',
  ns: ['texts'],
  defaultNS: 'texts',
  resources: { en: { texts: en }, 'zh-CN': { texts: zh } },
  interpolation: { escapeValue: false },
  initAsync: false,
})

listenLanguage(() => void i18n.changeLanguage(readLanguage()))
