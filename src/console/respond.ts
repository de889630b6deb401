import type { Response } from 'express'
import type { Actor } from './handler.ts'
import { maskAnswer } from './mask.ts'
import { problemDocument } from './problem.ts'
import type { Problem } from './problem.ts'

/** The one way out of the REST API: an answer leaves masked unless its reader may see personal data. */
export function sendAnswer(response: Response, status: number, body: unknown, actor: Actor): void {
  response.setHeader('cache-control', 'no-store')
  response.status(status).json(actor.scopes.has('read') ? body : maskAnswer(body))
}

export function sendProblem(response: Response, found: Problem, headers: Readonly<Record<string, string>> = {}): void {
  const document = problemDocument(found)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.setHeader('cache-control', 'no-store')
  response.status(document.status).type('application/problem+json').send(JSON.stringify(document))
}
