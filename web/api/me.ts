import { queries, type Schemas } from './client.ts'

export type Scope = Schemas['Scope']

export interface Me {
  /** False until the hub has said whose it is. */
  isKnown: boolean
  name: string
  scopes: readonly Scope[]
  may: (scope: Scope) => boolean
}

/** Whose token this is, and what it may do: what it may not do is not offered. */
export function useMe(): Me {
  const { data } = queries.useQuery('get', '/me', {}, { staleTime: 60_000 })
  const scopes = data?.scopes ?? []
  return { isKnown: data !== undefined, name: data?.name ?? '', scopes, may: scope => scopes.includes(scope) }
}
