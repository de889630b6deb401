import { useEffect, useRef, useState } from 'react'
import { api, queries, type Problem, type Schemas } from '../../api/client.ts'
import type { Told } from '../../locales/said.ts'
import { useStudio } from '../studio.ts'

export type Row = Schemas['MappingRow']
type Form = Extract<Schemas['MappingTableForm'], { ok: true }>

interface Table {
  rows: readonly Row[] | undefined
  /** Why the mapping cannot be shown as a table. */
  none: Told | undefined
  problem: Problem | undefined
  change: (rows: readonly Row[]) => void
}

const PAUSE_MS = 250

/** The rows of the text, and the text of changed rows: the hub turns each into the other, so that both mean the same. */
export function useTable(): Table {
  const { which, draft } = useStudio()
  const { source, write } = draft
  /** Rows that were changed here, and the text that they became; undefined while they are none yet. */
  const [own, setOwn] = useState<{ form: Form; source: string | undefined }>()
  const [problem, setProblem] = useState<Problem>()
  /** What is to be sent when nobody has typed for a moment, or when the table is left. */
  const pending = useRef<{ timer: ReturnType<typeof setTimeout>; send: () => void }>(undefined)
  const isOwn = own !== undefined && (own.source === undefined || own.source === source)
  const read = queries.useQuery(
    'post',
    '/mappings/{folder}/{mapping}/table',
    { params: { path: which }, body: { source } },
    { enabled: !isOwn },
  )
  useEffect(
    () => () => {
      clearTimeout(pending.current?.timer)
      pending.current?.send()
    },
    [],
  )

  const send = async (form: Form): Promise<void> => {
    pending.current = undefined
    const { rows, before, after } = form
    const { data, error } = await api.POST('/mappings/{folder}/{mapping}/text', {
      params: { path: which },
      body: { rows, before, after },
    })
    setProblem(error)
    if (data === undefined) return
    setOwn({ form, source: data.source })
    write(data.source)
  }

  const form = isOwn ? own.form : read.data?.ok === true ? read.data : undefined
  return {
    rows: form?.rows,
    none: !isOwn && read.data?.ok === false ? read.data : undefined,
    problem: problem ?? (isOwn ? undefined : (read.error ?? undefined)),
    change(rows) {
      if (form === undefined) return
      const next = { ...form, rows: [...rows] }
      setOwn({ form: next, source: undefined })
      clearTimeout(pending.current?.timer)
      const sendNext = (): void => void send(next)
      pending.current = { timer: setTimeout(sendNext, PAUSE_MS), send: sendNext }
    },
  }
}
