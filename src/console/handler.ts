import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import type { DraftRunner } from '#mapping/drafts.ts'
import type { JsonObject } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import type { ConsoleActions } from './actions/actions.ts'
import type { operations } from './api.gen.ts'
import type { Signer } from '#config/signer.ts'
import type { MappingCatalogue } from './mappings/catalogue.ts'
import type { Problem } from './problem.ts'
import type { Scope } from './scopes.ts'

/** Who calls: the token's name and what it may do. */
export interface Actor {
  name: string
  scopes: ReadonlySet<Scope>
}

export type OperationId = keyof operations

type Parameters<Op extends OperationId> = operations[Op]['parameters']
type QueryOf<Op extends OperationId> = Parameters<Op> extends { query?: infer Query } ? NonNullable<Query> : never
type PathOf<Op extends OperationId> = Parameters<Op> extends { path: infer Path } ? Path : never
type BodyOf<Op extends OperationId> = operations[Op] extends { requestBody: { content: infer Content } }
  ? Content[keyof Content]
  : undefined
type JsonOf<Reply> = Reply extends { content: { 'application/json': infer Body } } ? Body : never
/** The success answer of an operation, as `openapi/patchbay.yaml` describes it. */
export type ReplyOf<Op extends OperationId> = {
  [Status in keyof operations[Op]['responses']]: Status extends 200 | 201
    ? JsonOf<operations[Op]['responses'][Status]>
    : never
}[keyof operations[Op]['responses']]

/** One call after its parameters, body and token were checked. */
export interface Call<Op extends OperationId> {
  path: PathOf<Op>
  query: QueryOf<Op>
  body: BodyOf<Op>
  actor: Actor
}

export type Handlers = { [Op in OperationId]: (call: Call<Op>) => Promise<ReplyOf<Op> | Problem> }

/** What all handlers share. */
export interface ConsoleParts {
  db: Db
  config: HubConfig
  /** The configuration as written (references, no secrets), its hash and file. */
  raw: JsonObject
  hash: string
  configFile: string
  key: HubKey
  signer: Signer
  uuid: () => string
  nowMs: () => number
  actions: ConsoleActions
  mappings: MappingCatalogue
  /** Works on texts that people are still writing, in a thread of its own. */
  drafts: DraftRunner
  /** Checks the configuration file as it is on disk now. */
  checkFile: () => FileCheck
}

export interface FileCheck {
  ok: boolean
  problems: readonly string[]
  warnings: readonly string[]
  raw?: JsonObject
}
