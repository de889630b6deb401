import { createContext, use } from 'react'
import type { Draft } from './draft/use-draft.ts'
import type { Detail, Which } from './draft/start.ts'

/** What every part of the studio knows: the mapping, as it is on the hub, and what is being written. */
export interface Studio {
  which: Which
  detail: Detail
  draft: Draft
  /** Whether the token may change mappings; one that may not looks. */
  mayWrite: boolean
}

export const StudioContext = createContext<Studio | undefined>(undefined)

export function useStudio(): Studio {
  const studio = use(StudioContext)
  if (studio === undefined) throw new Error('a part of the studio stands outside of it')
  return studio
}
