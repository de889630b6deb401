import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export interface SaveResult {
  id?: string
  success: boolean
  created?: boolean
  errors: readonly object[]
}

type Fields = Readonly<Record<string, string>>

/** What tests use of jsforce. Its own declarations do not hold under `exactOptionalPropertyTypes`, so they are not loaded. */
export interface Connection {
  accessToken: string | null
  limitInfo: object
  authorize(parameters: Fields): Promise<object>
  create(type: string, fields: Fields): Promise<SaveResult>
  retrieve(type: string, id: string): Promise<object>
  update(type: string, fields: Fields): Promise<SaveResult>
  destroy(type: string, id: string): Promise<SaveResult>
  destroy(type: string, ids: readonly string[]): Promise<SaveResult[]>
  upsert(type: string, records: readonly Fields[], key: string, options?: { allOrNone: boolean }): Promise<SaveResult[]>
  query(
    soql: string,
    options?: { autoFetch?: boolean; scanAll?: boolean },
  ): Promise<{ totalSize: number; records: readonly Readonly<Record<string, unknown>>[] }>
  requestPost(url: string, body: object): Promise<object>
  limits(): Promise<object>
  describe(type: string): Promise<{ fields: readonly object[] }>
}

const jsforce = require('jsforce') as { Connection: new (config: object) => Connection }

/** A client of the org at this address. */
export function connectTo(url: string): Connection {
  return new jsforce.Connection({ loginUrl: url, instanceUrl: url, oauth2: { loginUrl: url }, version: '62.0' })
}
