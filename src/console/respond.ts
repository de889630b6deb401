import type { Response } from 'express'
import type { Actor } from './handler.ts'
import { maskAnswer } from './mask/answer.ts'
import { problemDocument } from './problem.ts'
import type { Problem } from './problem.ts'

/** Answers made of nothing but what whoever asked gave, or may see. */
const asTheyAre = new WeakSet()

/** Marks an answer that leaves as it is, for every reader. */
export function notPersonal<Answer extends object>(answer: Answer): Answer {
  asTheyAre.add(answer)
  return answer
}

/** The one way out of the REST API: an answer leaves masked unless its reader may see personal data. */
export function sendAnswer(response: Response, status: number, body: object, actor: Actor): void {
  response.setHeader('cache-control', 'no-store')
  response.status(status).json(actor.scopes.has('read') || asTheyAre.has(body) ? body : maskAnswer(body))
}

export function sendProblem(response: Response, found: Problem, headers: Readonly<Record<string, string>> = {}): void {
  const document = problemDocument(found)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.setHeader('cache-control', 'no-store')
  response.status(document.status).type('application/problem+json').send(JSON.stringify(document))
}
