import { useState } from 'react'
import { api, queries, type Problem, type Schemas } from '../../api/client.ts'
import { useStudio } from '../studio.ts'

export type PlanResult = Schemas['MappingPlan']

const ASK_MS = 500

export interface Plan {
  result: PlanResult | undefined
  problem: Problem | undefined
  start: (source: string, last: number | undefined) => Promise<void>
  cancel: () => Promise<void>
  /** The text that was planned: what is typed since is not in the result. */
  source: string | undefined
}

/** What the draft would change: counted in the background of the hub, asked for until it is done. */
export function usePlan(): Plan {
  const { detail } = useStudio()
  const [asked, setAsked] = useState<{ id: string; source: string }>()
  const [problem, setProblem] = useState<Problem>()
  const id = asked?.id ?? ''
  const { data, error } = queries.useQuery(
    'get',
    '/mapping-plans/{id}',
    { params: { path: { id } } },
    { enabled: id !== '', refetchInterval: ({ state }) => (state.data?.state === 'running' ? ASK_MS : false) },
  )
  return {
    result: id === '' ? undefined : data,
    problem: problem ?? error ?? undefined,
    source: asked?.source,
    async start(source, last) {
      const [use] = detail.uses
      if (use === undefined) return
      const { system, object, direction } = use
      const body = { system, object, direction, source, ...(last !== undefined && { last }) }
      const { data: started, error } = await api.POST('/mapping-plans', { body })
      setProblem(error)
      if (started !== undefined) setAsked({ id: started.id, source })
    },
    async cancel() {
      await api.DELETE('/mapping-plans/{id}', { params: { path: { id } } })
    },
  }
}
