import { DEFAULT_BODY_LIMITS, parseBody } from '../../body/body.ts'
import type { RawRequest, Secrets } from '../../kit.ts'
import { openEnvelope } from './envelope.ts'
import { locateTexts, parseLocator, requestBody, withBody } from '../values/locator.ts'
import type { EncryptionSettings, InboundSettings } from '../settings.ts'

/** A request with its envelope taken off. */
export type Opened =
  | { ok: true; request: RawRequest; /** What an envelope held, where there was one. */ text?: string }
  | { ok: false; message: string }

/** Opens the envelope of an encrypted request with any live key; a request that is none passes as it is, if it may. */
export function openRequest(request: RawRequest, { encryption }: InboundSettings, secrets: Secrets): Opened {
  if (encryption === undefined) return { ok: true, request }
  const sealed = sealedText(request, encryption)
  if (sealed === undefined) {
    // A probe carries nothing that could be sealed, unless it should.
    const isProbe = request.method === 'HEAD' || (request.method === 'GET' && encryption.echo === undefined)
    if (!encryption.required || isProbe) return { ok: true, request }
    return { ok: false, message: `an encrypted text is expected in ${encryption.from}` }
  }
  for (const secret of encryptionKeys(secrets)) {
    const text = secret === '' ? undefined : openEnvelope(sealed, secret, encryption)
    if (text === undefined) continue
    return { ok: true, request: withBody(request, parseBody(Buffer.from(text), undefined, DEFAULT_BODY_LIMITS)), text }
  }
  return { ok: false, message: 'no configured key opens the encrypted text, or it is meant for another receiver' }
}

/** Keys of envelopes, newest first; where the vendor has one secret for all it is the webhook's. */
export function encryptionKeys(secrets: Secrets): readonly string[] {
  const keys = secrets['webhookEncryptionKey'] ?? []
  return keys.length > 0 ? keys : (secrets['webhookSecret'] ?? [])
}

function sealedText(request: RawRequest, { from, echo }: EncryptionSettings): string | undefined {
  const isCheck = request.method === 'GET'
  if (isCheck && echo === undefined) return undefined
  const locator = parseLocator(isCheck ? (echo ?? from) : from)
  if (locator === undefined || (!isCheck && !requestBody(request).ok)) return undefined
  return locateTexts(locator, request)[0]
}
