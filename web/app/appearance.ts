import { useEffect, useSyncExternalStore } from 'react'

const KEY = 'patchbay-appearance'
const CHOICES = ['system', 'light', 'dark'] as const
export type Appearance = (typeof CHOICES)[number]

const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** What the person chose; the system's own until then. */
export function readAppearance(): Appearance {
  const kept = localStorage.getItem(KEY)
  return CHOICES.find(choice => choice === kept) ?? 'system'
}

export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance)
  for (const listener of listeners) listener()
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(listen, readAppearance)
}

/** Whether the page is dark now; scroll bars and form fields of the browser follow. */
export function useIsDark(): boolean {
  const isDark = useSyncExternalStore(listen, () =>
    readAppearance() === 'system' ? system.matches : readAppearance() === 'dark',
  )
  useEffect(() => {
    document.documentElement.classList.add('patchbay')
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  }, [isDark])
  return isDark
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  system.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', listener)
  }
}
