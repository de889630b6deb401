import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../api/client.ts'

/** Something that the hub says: in its own words, and by a reason that other languages have a text for. */
export interface Told {
  reason?: string | undefined
  params?: Schemas['Params'] | undefined
  message: string
}

/** What the hub says, in the reader's language; in the hub's own words where there is no text of ours. */
export function useSaid(): (told: Told) => string {
  const { t, i18n } = useTranslation('reasons')
  return useCallback(
    ({ reason, params, message }) =>
      reason !== undefined && i18n.exists(reason, { ns: 'reasons' }) ? t(reason, { ...params }) : message,
    [t, i18n],
  )
}
