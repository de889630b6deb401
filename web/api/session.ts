import { useSyncExternalStore } from 'react'

const KEY = 'patchbay-token'

/** Why there is no session: nobody logged in, somebody logged out, or the hub no longer takes the token. */
export type SessionEnd = 'none' | 'left' | 'ended'

let lastEnd: SessionEnd = 'none'
const listeners = new Set<() => void>()

/** The token lives as long as the tab, and never stands in an address. */
export function readToken(): string | null {
  return sessionStorage.getItem(KEY)
}

export function startSession(token: string): void {
  sessionStorage.setItem(KEY, token)
  tell()
}

export function endSession(why: SessionEnd): void {
  sessionStorage.removeItem(KEY)
  lastEnd = why
  tell()
}

export function sessionEnd(): SessionEnd {
  return lastEnd
}

/** The token in use; null at the log-in. */
export function useToken(): string | null {
  return useSyncExternalStore(listenSession, readToken)
}

export function listenSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}
