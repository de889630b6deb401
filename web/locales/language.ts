import enUs from 'antd/locale/en_US'
import zhCn from 'antd/locale/zh_CN'
import { useEffect, useSyncExternalStore } from 'react'

const KEY = 'patchbay-language'

/** Each language: its name in itself, and the texts of the components. */
export const LANGUAGES = {
  en: { name: 'English', components: enUs },
  'zh-CN': { name: '简体中文', components: zhCn },
} as const
export type Language = keyof typeof LANGUAGES

/** What the person chose, else the first language of the browser that we speak. */
export function readLanguage(): Language {
  const kept = localStorage.getItem(KEY)
  if (kept === 'en' || kept === 'zh-CN') return kept
  const wanted = navigator.languages.find(one => /^(en|zh)\b/i.test(one))
  return wanted !== undefined && /^zh/i.test(wanted) ? 'zh-CN' : 'en'
}

const listeners = new Set<() => void>()

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  for (const listener of listeners) listener()
}

export function useLanguage(): (typeof LANGUAGES)[Language] & { code: Language } {
  const code = useSyncExternalStore(listenLanguage, readLanguage)
  useEffect(() => {
    document.documentElement.lang = code
  }, [code])
  return { code, ...LANGUAGES[code] }
}

export function listenLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
