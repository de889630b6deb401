import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { isJsonObject } from '#model/json.ts'
import type { OperationId } from './handler.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** One operation of the description, in Express' terms. */
export interface Operation {
  method: (typeof METHODS)[number]
  /** `/events/:id` */
  path: string
  operationId: OperationId
  /** The status of success. */
  status: number
}

/** The operations of an OpenAPI file; fixed paths go before those with parameters, as Express takes the first that fits. */
export function operations(file: string): Operation[] {
  const spec: unknown = parse(readFileSync(file, 'utf8'))
  const paths = isJsonObject(spec) && isJsonObject(spec.paths) ? spec.paths : {}
  const found = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap(method => {
      const operation = isJsonObject(item) ? item[method] : undefined
      if (!isJsonObject(operation) || !isJsonObject(operation.responses)) return []
      const status = Number(Object.keys(operation.responses).find(code => code.startsWith('2')))
      // Handlers are complete by their type, which is generated from the same file.
      const operationId = operation.operationId as OperationId
      return [{ method, path: path.replace(/\{(\w+)\}/g, ':$1'), operationId, status }]
    }),
  )
  return found.sort((a, b) => Number(a.path.includes(':')) - Number(b.path.includes(':')))
}
