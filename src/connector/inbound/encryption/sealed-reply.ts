import type { RawRequest, Reply, Secrets } from '../../kit.ts'
import { sealWechat } from './envelope.ts'
import { locateTexts, parseLocator } from '../values/locator.ts'
import { encryptionKeys } from './opened-request.ts'
import type { Envelope, InboundSettings } from '../settings.ts'

/** What the members of an answer are called. */
const NAMES = {
  dingtalk: { signature: 'msg_signature', timestamp: 'timeStamp' },
  yonyou: { signature: 'msgSignature', timestamp: 'timestamp' },
} as const

/** An answer in the sender's own envelope, under the newest keys, with the time and nonce of the request. */
export function sealedReply(
  message: string,
  envelope: NonNullable<Envelope>,
  { request, settings, secrets }: { request: RawRequest; settings: InboundSettings; secrets: Secrets },
): Reply {
  const at = (text: string) => {
    const locator = parseLocator(text)
    return (locator && locateTexts(locator, request)[0]) ?? '0'
  }
  const timestamp = at('query:timestamp | body:timestamp')
  const nonce = at('query:nonce | body:nonce')
  const answer =
    settings.encryption &&
    sealWechat(message, {
      token: secrets['webhookSecret']?.[0] ?? '',
      secret: encryptionKeys(secrets)[0] ?? '',
      settings: settings.encryption,
      timestamp,
      nonce,
      salt: `${timestamp}.${nonce}`,
    })
  if (answer === undefined) return { status: 500, body: 'the key of encrypted webhooks is not usable' }
  const names = NAMES[envelope]
  const body = JSON.stringify({
    [names.signature]: answer.signature,
    [names.timestamp]: timestamp,
    nonce,
    encrypt: answer.encrypt,
  })
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}
