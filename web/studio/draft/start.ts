import { useQuery } from '@tanstack/react-query'
import { api, LIVE_MS, queries, type Problem, type Schemas } from '../../api/client.ts'

export type Detail = Schemas['MappingDetail']

/** A text to go on from: the draft, where somebody has begun one, else what is in force. */
export interface Start {
  source: string
  cases: readonly unknown[]
  /** Of the draft; null where there is none. It tells the hub which one the next was made from. */
  version: string | null
  /** The revision in force. */
  revision: number | null
}

export interface Which {
  folder: string
  mapping: string
}

interface Live {
  detail?: Detail
  start?: Start
  problem: Problem | Error | null
  retry: () => void
}

/** The mapping as it is now on the hub, asked again and again. */
export function useLive({ folder, mapping }: Which): Live {
  const path = { folder, mapping }
  const { data, error, refetch } = queries.useQuery(
    'get',
    '/mappings/{folder}/{mapping}',
    { params: { path } },
    { refetchInterval: LIVE_MS },
  )
  const draft = data?.draft ?? null
  const saved = useQuery({
    queryKey: ['draft', folder, mapping, draft?.version],
    enabled: draft !== null,
    queryFn: async () => {
      const revision = draft?.revision ?? 1
      const reply = await api.GET('/mappings/{folder}/{mapping}/revisions/{revision}', {
        params: { path: { ...path, revision } },
      })
      if (reply.data === undefined) throw reply.error
      return reply.data
    },
  })
  const start = data && startOf(data, saved.data)
  return {
    ...(data && { detail: data }),
    ...(start && { start }),
    problem: error ?? saved.error,
    retry: () => void refetch(),
  }
}

function startOf(
  { draft, source, cases, revision }: Detail,
  saved: Schemas['MappingRevisionDetail'] | undefined,
): Start | undefined {
  if (draft === null) return { source, cases, version: null, revision }
  // Between two answers somebody may have saved again.
  return saved?.version === draft.version
    ? { source: saved.source, cases, version: draft.version, revision }
    : undefined
}
