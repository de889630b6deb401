import { join } from 'node:path'
import express from 'express'
import type { ErrorRequestHandler, Express, Request, RequestHandler } from 'express'
import * as OpenApiValidator from 'express-openapi-validator'
import helmet from 'helmet'
import type { Logger } from 'pino'
import type { Database } from '#store/database.ts'
import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import { makeDraftRunner } from '#mapping/drafts.ts'
import type { JsonObject } from '#model/json.ts'
import type { ConsoleActions } from './actions/actions.ts'
import { createAuthenticator } from './authenticate.ts'
import { createSigner } from '#config/signer.ts'
import type { Actor, ConsoleParts, FileCheck } from './handler.ts'
import { createHandlers } from './handlers.ts'
import type { MappingCatalogue } from './mappings/catalogue.ts'
import { acknowledgePage } from './pages/acknowledge-page.ts'
import { docsPage } from './pages/docs-page.ts'
import { landingPage } from './pages/landing-page.ts'
import { webConsole } from './pages/web-console.ts'
import { isProblem, problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { sendAnswer, sendProblem } from './respond.ts'
import { operations } from './routing.ts'

export interface ConsoleOptions {
  database: Database
  config: HubConfig
  raw: JsonObject
  hash: string
  configFile: string
  key: HubKey
  uuid: () => string
  nowMs: () => number
  actions: ConsoleActions
  mappings: MappingCatalogue
  checkFile: () => FileCheck
  /** What `npm run build` makes of `web/`; tests build their own. */
  webFolder?: string
  log: Pick<Logger, 'error' | 'warn' | 'info'>
  /** Called when an answer does not fit its description. It is sent all the same and logged as a bug; tests throw. */
  onResponseMismatch?: (error: Error) => void
}

const BODY_BYTES_MAX = 16 * 1024 * 1024
const SPEC = join(import.meta.dirname, '../../openapi/patchbay.yaml')
const WEB_FOLDER = join(import.meta.dirname, '../../web/dist')

/** Kept per request, so that the answer is masked for the one who asked. */
const actors = new WeakMap<Request, Actor>()
/** The scope that a token lacks for what it asked: the validator passes on no more than the status. */
const lacking = new WeakMap<Request, string>()

/** The hub's face: the console for browsers, the REST API under `/api/v1`, its interactive description under `/docs`, and a page that says what is where. */
export function createConsole(options: ConsoleOptions): Express {
  const { database, log, nowMs } = options
  const drafts = makeDraftRunner({ tables: options.mappings.tables })
  const parts: ConsoleParts = { ...options, db: database.kysely, signer: createSigner(options.key), drafts }
  const authenticator = createAuthenticator(parts.db, nowMs)
  const app = express()
  app.disable('x-powered-by')
  app.use(securityHeaders())
  app.get('/', (_request, response) => response.redirect('/console/'))
  app.use('/console', webConsole(options.webFolder ?? WEB_FOLDER))
  app.get('/about', landingPage(options.config))
  app.use('/docs', docsPage(SPEC))
  app.use('/ack', acknowledgePage(parts))
  app.use(
    '/api/v1',
    noteActor(request => authenticator.authenticate(request)),
  )
  app.use('/api/v1', express.json({ limit: BODY_BYTES_MAX }), express.text({ type: 'text/csv', limit: BODY_BYTES_MAX }))
  app.use(
    OpenApiValidator.middleware({
      apiSpec: SPEC,
      validateApiSpec: false,
      validateRequests: { allowUnknownQueryParameters: false, allErrors: true },
      validateResponses: {
        onError: error => {
          log.error({ err: error }, 'an answer does not fit openapi/patchbay.yaml')
          options.onResponseMismatch?.(error)
        },
      },
      validateSecurity: { handlers: { token: (request, scopes) => mayCall(request, scopes) } },
      ignorePaths: /^(?!\/api\/v1\/)/,
    }),
  )
  const handlers = createHandlers(parts)
  for (const { method, path, operationId, status } of operations(SPEC)) {
    app[method](`/api/v1${path}`, async (request, response) => {
      const actor = actorOf(request)
      const call = { path: pathOf(request), query: request.query, body: request.body, actor }
      const answer = await handlers[operationId](call)
      if (isProblem(answer)) sendProblem(response, answer)
      else sendAnswer(response, status, answer, actor)
    })
  }
  app.use((request, response) => sendProblem(response, problem('address_unknown', { path: request.path })))
  app.use(answerErrors(log))
  return app
}

/** The parameters of the path as the validator read them: those that the router holds keep a zero as text. */
function pathOf(request: Request): object {
  const { openapi } = request as { openapi?: { pathParams?: object } }
  return { ...request.params, ...openapi?.pathParams }
}

/** Scripts and styles only from the hub itself; swagger-ui needs inline styles and images in data addresses. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    // The hub itself speaks plain HTTP; the proxy in front decides on this.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  })
}

/** Before anything is parsed or described: without a token there is nothing to see. */
function noteActor(authenticate: (request: Request) => Promise<Actor | Problem>): RequestHandler {
  return async (request, response, next) => {
    const actor = await authenticate(request)
    if ('problem' in actor) {
      const headers = actor.problem === 'too_many_failures' ? { 'retry-after': '60' } : { 'www-authenticate': 'Bearer' }
      sendProblem(response, actor, headers)
      return
    }
    actors.set(request, actor)
    next()
  }
}

function actorOf(request: Request): Actor {
  const actor = actors.get(request)
  if (!actor) throw new Error('a handler was reached without a token')
  return actor
}

/** Every scope of one entry of `security` is needed; entries are alternatives. */
function mayCall(request: Request, scopes: readonly string[]): boolean {
  const actor = actors.get(request)
  const missing = scopes.find(scope => !actor || ![...actor.scopes].some(own => own === scope))
  if (missing === undefined) return true
  lacking.set(request, missing)
  throw Object.assign(new Error('a scope is missing'), { status: 403 })
}

/** Errors of the layers below (parsers, validator) become problems; what is left is a bug of ours and says nothing about itself. */
function answerErrors(log: ConsoleOptions['log']): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error)
      return
    }
    const found = problemOf(error, request)
    if (found.problem === 'internal_error')
      log.error({ err: error, path: request.path }, 'a call of the REST API failed')
    sendProblem(response, found)
  }
}

function problemOf(error: unknown, request: Request): Problem {
  if (!(error instanceof Error) || !('status' in error)) return problem('internal_error', {})
  const { message } = error
  const errors = 'errors' in error && Array.isArray(error.errors) ? error.errors.flatMap(validationIssue) : undefined
  switch (error.status) {
    case 400:
      return problem('request_unfit', { message }, errors)
    case 401:
      return problem('token_unknown', {})
    case 403:
      return problem('scope_missing', { scope: lacking.get(request) ?? '' })
    case 404:
      return problem('address_unknown', { path: request.path })
    case 405:
      return problem('method_not_allowed', { method: request.method, path: request.path })
    case 413:
      return problem('body_too_large', { bytes: BODY_BYTES_MAX })
    case 415:
      return problem('media_unknown', { media: request.headers['content-type'] ?? '-' })
    default:
      return problem('internal_error', {})
  }
}

function validationIssue(issue: unknown): { path: string; message: string }[] {
  if (typeof issue !== 'object' || issue === null || !('path' in issue) || !('message' in issue)) return []
  return [{ path: String(issue.path), message: String(issue.message) }]
}
