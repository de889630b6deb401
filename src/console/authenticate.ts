import type { Request } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Db } from '#store/database.ts'
import type { Actor } from './handler.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { expandScopes } from './scopes.ts'
import { findToken } from './tokens.ts'

const FAILURES_MAX = 20
const FAILURES_WITHIN_SECONDS = 60

export interface Authenticator {
  /** Who calls, or why nobody may. */
  authenticate(request: Request): Promise<Actor | Problem>
}

/**
 * Bearer tokens, without exception for loopback. Wrong ones are counted per address; a right token is never refused
 * because others from the same address were wrong.
 */
export function createAuthenticator(db: Db, nowMs: () => number): Authenticator {
  const failures = new RateLimiterMemory({ points: FAILURES_MAX, duration: FAILURES_WITHIN_SECONDS })
  const failed = async (address: string, found: Problem): Promise<Problem> => {
    try {
      await failures.consume(address)
      return found
    } catch {
      return problem('too_many_failures', { seconds: FAILURES_WITHIN_SECONDS })
    }
  }
  return {
    async authenticate(request) {
      const address = request.socket.remoteAddress ?? ''
      const header = request.headers.authorization
      if (header === undefined) {
        return failed(address, problem('token_missing', {}))
      }
      const value = /^Bearer +(\S+) *$/i.exec(header)?.[1]
      const token = value === undefined ? undefined : await findToken(db, value, nowMs())
      if (token) return { name: token.name, scopes: expandScopes(token.scopes) }
      return failed(address, problem('token_unknown', {}))
    },
  }
}
