import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import type { EncryptionSettings } from '../settings.ts'

const RANDOM_BYTES = 16
const LENGTH_BYTES = 4
const WECHAT_BLOCK_BYTES = 32

/** What an envelope held, or undefined when the key does not open it. Never throws. */
export function openEnvelope(sealed: string, secret: string, settings: EncryptionSettings): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length === 0 || bytes.length % 16 !== 0) return undefined
  return settings.scheme === 'feishu'
    ? openFeishu(bytes, secret)
    : openWechat(bytes, wechatKey(secret, settings.key), settings.receiveId)
}

/**
 * Feishu: the key is the SHA-256 of the Encrypt Key, the IV stands in front, padding is PKCS#7.
 * Source: larksuite/node-sdk utils/aes-cipher.ts.
 */
function openFeishu(bytes: Buffer, secret: string): string | undefined {
  const key = createHash('sha256').update(secret).digest()
  return decrypt(key, bytes.subarray(0, 16), bytes.subarray(16), true)?.toString('utf8')
}

/**
 * The WeChat family: AES-256-CBC, IV = first half of the key, PKCS#7 to blocks of 32; inside 16 random bytes, the length
 * of the message (big endian), the message and the receiver's id. Source: WxJava util/crypto/WxCryptUtil.java.
 */
function openWechat(bytes: Buffer, key: Buffer, receiveId: EncryptionSettings['receiveId']): string | undefined {
  if (key.length !== 32) return undefined
  const padded = decrypt(key, key.subarray(0, 16), bytes, false)
  const padding = padded?.at(-1) ?? 0
  if (padded === undefined || padding < 1 || padding > WECHAT_BLOCK_BYTES || padding > padded.length) return undefined
  const plain = padded.subarray(0, padded.length - padding)
  const start = RANDOM_BYTES + LENGTH_BYTES
  if (plain.length < start) return undefined
  const end = start + plain.readUInt32BE(RANDOM_BYTES)
  if (end > plain.length) return undefined
  const receiver = plain.toString('utf8', end)
  if (receiveId !== null && ![receiveId].flat().includes(receiver)) return undefined
  return plain.toString('utf8', start, end)
}

/** The bytes of the key; the last of the 43 characters may carry bits that nobody uses. */
function wechatKey(secret: string, form: EncryptionSettings['key']): Buffer {
  const text = form === 'appSecret' ? secret.replaceAll('-', '').slice(0, 43).padEnd(43, '0') : secret
  return Buffer.from(`${text}=`, 'base64')
}

function decrypt(key: Buffer, iv: Buffer, bytes: Buffer, isPadded: boolean): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(isPadded)
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  } catch {
    return undefined
  }
}

export interface SealedAnswer {
  encrypt: string
  timestamp: string
  nonce: string
  signature: string
}

/**
 * Seals an answer as the WeChat family wants it. `salt` stands for the random bytes: the answer is always the same word,
 * and repeats nothing as long as the salt differs per request.
 */
export function sealWechat(
  message: string,
  how: { token: string; secret: string; settings: EncryptionSettings; timestamp: string; nonce: string; salt: string },
): SealedAnswer | undefined {
  const key = wechatKey(how.secret, how.settings.key)
  if (key.length !== 32) return undefined
  const text = Buffer.from(message)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(text.length)
  const random = createHash('sha256').update(how.secret).update(how.salt).digest().subarray(0, RANDOM_BYTES)
  const receiver = Buffer.from([how.settings.receiveId ?? ''].flat()[0] ?? '')
  const plain = Buffer.concat([random, length, text, receiver])
  const padding = WECHAT_BLOCK_BYTES - (plain.length % WECHAT_BLOCK_BYTES)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const bytes = Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padding, padding)), cipher.final()])
  const encrypt = bytes.toString('base64')
  const { timestamp, nonce } = how
  const signed = [how.token, timestamp, nonce, encrypt].sort((a, b) => (a < b ? -1 : 1)).join('')
  return { encrypt, timestamp, nonce, signature: createHash('sha1').update(signed).digest('hex') }
}
