import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries, type Problem } from '../../api/client.ts'
import type { Detail, Start, Which } from './start.ts'

export interface Draft {
  source: string
  cases: readonly unknown[]
  isDirty: boolean
  isSaving: boolean
  problem: Problem | undefined
  /** What somebody else has made of the draft since we began from it. */
  theirs: Start | undefined
  write: (source: string) => void
  /** Saves at once, with these cases instead of those that there are. */
  save: (cases?: readonly unknown[]) => Promise<boolean>
  discard: () => Promise<boolean>
  /** Goes on from what is on the hub now; what was typed here is gone. */
  takeTheirs: () => void
  /** Stays with what was typed: the next save replaces what the other person saved. */
  keepMine: () => void
}

/**
 * The text that one person is writing. It begins from what the hub holds; the hub refuses to save over a draft that the text was
 * not made from, and says whose it is.
 */
export function useDraft(which: Which, live: Start): Draft {
  const client = useQueryClient()
  const [base, setBase] = useState(live)
  const [source, write] = useState(live.source)
  /** What the hub held before our own last act: the page hears of that act a moment later. */
  const [past, setPast] = useState<Start>()
  const [problem, setProblem] = useState<Problem>()
  const [isSaving, setSaving] = useState(false)
  const isDirty = source !== base.source
  const hasCaughtUp = isSame(live, base)
  if (hasCaughtUp && past !== undefined) setPast(undefined)
  const isTheirs = !isSaving && !hasCaughtUp && !(past !== undefined && isSame(live, past))

  const begin = (start: Start): void => {
    setBase(start)
    write(start.source)
    setProblem(undefined)
  }
  // Nobody typed here, and no other person's draft is waiting: what is in force now is what to go on from.
  if (isTheirs && !isDirty && (live.version === null || live.source === base.source)) begin(live)

  const remember = async (change: (detail: Detail) => Detail): Promise<void> => {
    const { queryKey } = queries.queryOptions('get', '/mappings/{folder}/{mapping}', { params: { path: which } })
    await client.cancelQueries({ queryKey })
    client.setQueryData<Detail>(queryKey, detail => detail && change(detail))
    void client.invalidateQueries({ queryKey: ['get', '/mappings'] })
  }

  const save: Draft['save'] = async cases => {
    setSaving(true)
    const { data, error } = await api.PUT('/mappings/{folder}/{mapping}/draft', {
      params: { path: which },
      body: { source, expected: base.version, ...(cases && { cases: [...cases] as Record<string, unknown>[] }) },
    })
    setProblem(error)
    if (data !== undefined) {
      const { version, revision, hash, createdBy: by, changedAt: at } = data
      const saved = { ...base, source, cases: cases ?? base.cases, version }
      client.setQueryData(['draft', which.folder, which.mapping, version], data)
      await remember(detail => ({
        ...detail,
        cases: [...saved.cases] as Detail['cases'],
        draft: { by, at, hash, revision, version: version ?? '' },
      }))
      setPast(live)
      setBase(saved)
    }
    setSaving(false)
    return error === undefined
  }

  const discard = async (): Promise<boolean> => {
    const { error } = await api.DELETE('/mappings/{folder}/{mapping}/draft', { params: { path: which } })
    setProblem(error)
    if (error !== undefined) return false
    const { data } = await api.GET('/mappings/{folder}/{mapping}', { params: { path: which } })
    if (data === undefined) return false
    await remember(() => data)
    setPast(live)
    begin({ source: data.source, cases: data.cases, version: null, revision: data.revision })
    return true
  }

  return {
    source,
    cases: base.cases,
    isDirty,
    isSaving,
    problem,
    theirs: isTheirs ? live : undefined,
    write,
    save,
    discard,
    takeTheirs: () => begin(live),
    keepMine: () => setBase({ ...live, source: base.source }),
  }
}

/** Of a draft its version says so; without one what is in force. */
function isSame(one: Start, other: Start): boolean {
  return one.version === other.version && (one.version !== null || one.revision === other.revision)
}
