/**
 * The signature of WeChat, which several Chinese vendors took over: hex SHA-1 over the sorted token, time, nonce and text,
 * where the token is the secret. Each argument says where the vendor puts it.
 */
export function wechatSignature(at: {
  signature: string
  nonce: string
  /** What is signed beside the nonce; absent: nothing. */
  text?: string
  timestamp: { from: string; unit?: 'ms'; toleranceSeconds?: number }
}) {
  return {
    scheme: 'hmac' as const,
    keyed: false,
    algorithm: 'sha1' as const,
    signature: at.signature,
    signed: ['{secret}', '{timestamp}', `{${at.nonce}}`, ...(at.text === undefined ? [] : [`{${at.text}}`])],
    timestamp: at.timestamp,
  }
}
