import { keepPreviousData } from '@tanstack/react-query'
import { queries, type Schemas } from '../../api/client.ts'
import { useStudio } from '../studio.ts'

/** A record to try the mapping on: stored, or the input of a case. */
export interface RecordChoice {
  /** Where it is from and which it is: `event:…`, `golden:…`, `case:…`. */
  key: string
  title: string
  about: string
  at: string | undefined
  /** How the API is told of it. */
  body: { eventId: string } | { goldenId: string } | { input: unknown; env?: Record<string, unknown> }
}

const COUNT = 50

/** The newest records that the mapping is used for, and the inputs of its cases. */
export function useRecords(words: string): { stored: RecordChoice[]; cases: RecordChoice[]; isPending: boolean } {
  const { detail, draft } = useStudio()
  const isInbound = detail.direction === 'in'
  const [use] = detail.uses
  const events = queries.useQuery(
    'get',
    '/events',
    { params: { query: { limit: COUNT, ...(use && { system: use.system, object: use.object }) } } },
    { enabled: isInbound && use !== undefined, staleTime: 10_000 },
  )
  const entity = use?.entity ?? undefined
  const golden = queries.useQuery(
    'get',
    '/golden-records',
    {
      params: {
        query: {
          limit: COUNT,
          state: 'active',
          ...(entity !== undefined && { entity: entity as Schemas['Entity'] }),
          ...(words.trim() !== '' && { q: words.trim() }),
        },
      },
    },
    { enabled: !isInbound && use !== undefined, staleTime: 10_000, placeholderData: keepPreviousData },
  )
  const stored = isInbound ? (events.data?.items ?? []).map(eventChoice) : (golden.data?.items ?? []).map(goldenChoice)
  return {
    stored,
    cases: draft.cases.flatMap(caseChoice),
    isPending: use !== undefined && (isInbound ? events.isPending : golden.isPending),
  }
}

function eventChoice({ id, remoteId, type, occurredAt, receivedAt, state }: Schemas['Event']): RecordChoice {
  return {
    key: `event:${id}`,
    title: remoteId ?? type,
    about: [remoteId === null ? id.slice(-12) : type, state === 'dead' ? state : ''].join(' '),
    at: occurredAt ?? receivedAt,
    body: { eventId: id },
  }
}

function goldenChoice({ id, fields, updatedAt, entity }: Schemas['GoldenRecord']): RecordChoice {
  const text = (name: string): string[] => (typeof fields[name] === 'string' ? [fields[name]] : [])
  const [name = text('email')[0] ?? id] = ['fullName', 'name', 'title', 'number', 'givenName'].flatMap(text)
  return {
    key: `golden:${id}`,
    title: name,
    about: entity,
    at: updatedAt,
    body: { goldenId: id },
  }
}

function caseChoice(one: unknown): RecordChoice[] {
  if (typeof one !== 'object' || one === null || !('name' in one) || !('input' in one)) return []
  const title = String(one.name)
  const env = 'env' in one ? { env: one.env as Record<string, unknown> } : {}
  return [{ key: `case:${title}`, title, about: '', at: undefined, body: { input: one.input, ...env } }]
}
