import { assertNever } from '#model/assert.ts'
import type { RawRequest, Secrets, Verdict } from '../../kit.ts'
import { verifyStandardWebhook } from '../../standard-webhooks.ts'
import type { Authentication } from './settings.ts'
import { verifyHmac } from './hmac.ts'
import { verifyJwt, verifyPublicKey } from './public-key.ts'
import { verifyCredential } from './shared-secret.ts'

/** Decides whether a request comes from whom it says; pure, constant time, any live secret passes. */
export function verifyRequest(
  request: RawRequest,
  authentication: Authentication,
  secrets: Secrets,
  nowMs: number,
): Verdict {
  const live = secrets['webhookSecret'] ?? []
  switch (authentication.scheme) {
    case 'standardWebhooks':
      return verifyStandardWebhook({
        headers: request.headers,
        body: request.body,
        secrets: live,
        nowMs,
        toleranceMs: authentication.toleranceSeconds === null ? null : authentication.toleranceSeconds * 1000,
        headerPrefix: authentication.headerPrefix,
      })
    case 'hmac':
      return verifyHmac(request, authentication, live, nowMs)
    case 'publicKey':
      return verifyPublicKey(request, authentication, live, nowMs)
    case 'jwt':
      return verifyJwt(request, authentication, live, nowMs)
    case 'basic':
    case 'bearer':
    case 'token':
    case 'pathToken':
    case 'sharedSecret':
      return verifyCredential(request, authentication, live)
    case 'anyOf':
      return bestVerdict(authentication.schemes.map(scheme => verifyRequest(request, scheme, secrets, nowMs)))
    case 'none':
      return { ok: true }
    default:
      return assertNever(authentication)
  }
}

/** Of several schemes one is enough; else the refusal that got furthest says most: something was there, but wrong. */
function bestVerdict(verdicts: readonly Verdict[]): Verdict {
  const passed = verdicts.find(verdict => verdict.ok)
  const present = verdicts.find(verdict => !verdict.ok && !verdict.code.endsWith('_missing'))
  return passed ?? present ?? verdicts[0] ?? { ok: false, code: 'signature_wrong', message: 'no scheme is configured' }
}
