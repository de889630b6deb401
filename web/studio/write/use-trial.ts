import { keepPreviousData } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { queries, type Problem, type Schemas } from '../../api/client.ts'
import { useStudio } from '../studio.ts'
import type { RecordChoice } from './use-records.ts'

/** Long enough that not every letter is asked about, short enough to seem at once. */
const PAUSE_MS = 300

export interface Trial {
  result: Schemas['MappingTrial'] | undefined
  checks: Schemas['MappingChecks'] | undefined
  problem: Problem | null
  /** What is shown is not yet of the text that stands there. */
  isBehind: boolean
}

/** What the text gives for a record, and what is wrong with it, as one types. */
export function useTrial(record: RecordChoice | undefined): Trial {
  const { which, draft, mayWrite } = useStudio()
  const source = useSettled(draft.source)
  const options = { placeholderData: keepPreviousData, staleTime: Infinity, gcTime: 60_000 }
  const trial = queries.useQuery(
    'post',
    '/mappings/{folder}/{mapping}/try',
    { params: { path: which }, body: { source, ...record?.body } },
    { ...options, enabled: mayWrite && record !== undefined },
  )
  const checks = queries.useQuery(
    'post',
    '/mappings/{folder}/{mapping}/check',
    { params: { path: which }, body: { source } },
    { ...options, enabled: mayWrite },
  )
  return {
    result: record === undefined ? undefined : trial.data,
    checks: checks.data,
    problem: trial.error ?? checks.error,
    isBehind: source !== draft.source || trial.isFetching || checks.isFetching,
  }
}

/** A text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => settle(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
