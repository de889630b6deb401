import type { OperationId, ReplyOf } from '#console/handler.ts'
import { isJsonObject } from '#model/json.ts'
import type { AccessFile } from './access-file.ts'
import { CliError } from './cli-error.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Calls of the running hub's REST API: the command line does nothing that the API does not. */
export interface Client {
  get<Op extends OperationId>(operation: Op, path: string, query?: Query): Promise<ReplyOf<Op>>
  post<Op extends OperationId>(operation: Op, path: string, body?: unknown, query?: Query): Promise<ReplyOf<Op>>
  put<Op extends OperationId>(operation: Op, path: string, body?: unknown): Promise<ReplyOf<Op>>
  delete<Op extends OperationId>(operation: Op, path: string): Promise<ReplyOf<Op>>
}

const TIMEOUT_MS = 120_000

export function createClient(access: AccessFile): Client {
  async function call(method: string, path: string, query: Query = {}, body?: unknown): Promise<unknown> {
    const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
    const url = `${access.url}/api/v1${path}${given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ''}`
    const reply = await send(url, {
      method,
      headers: {
        authorization: `Bearer ${access.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const content: unknown = await reply.json().catch(() => undefined)
    if (!reply.ok) throw new CliError(explainProblem(reply.status, content))
    return content
  }
  async function send(url: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(url, request)
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      throw new CliError(
        `no hub answers at ${access.url} (${cause}). Start it with "npm start", or say where it is with --url and --token.`,
      )
    }
  }
  // The answers are proven against openapi/patchbay.yaml by the hub, from which their types are generated.
  return {
    get: async <Op extends OperationId>(_: Op, path: string, query?: Query) =>
      (await call('GET', path, query)) as ReplyOf<Op>,
    post: async <Op extends OperationId>(_: Op, path: string, body?: unknown, query?: Query) =>
      (await call('POST', path, query, body)) as ReplyOf<Op>,
    put: async <Op extends OperationId>(_: Op, path: string, body?: unknown) =>
      (await call('PUT', path, undefined, body)) as ReplyOf<Op>,
    delete: async <Op extends OperationId>(_: Op, path: string) => (await call('DELETE', path)) as ReplyOf<Op>,
  }
}

function explainProblem(status: number, content: unknown): string {
  if (!isJsonObject(content)) return `the hub answered ${status}`
  const errors = Array.isArray(content.errors)
    ? content.errors.flatMap(issue => (isJsonObject(issue) ? [`\n  ${text(issue.path)}: ${text(issue.message)}`] : []))
    : []
  return `${text(content.detail)} (${text(content.code)})${errors.join('')}`
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Walks through all pages of a list. */
export async function* pages<Item>(
  read: (cursor: string | undefined) => Promise<{ items: Item[]; next?: string }>,
): AsyncGenerator<Item[]> {
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    yield page.items
    cursor = page.next
  } while (cursor !== undefined)
}
