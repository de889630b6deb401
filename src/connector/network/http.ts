import type { Json } from '#model/json.ts'

/** One outgoing call. `json` and `body` exclude each other. */
export interface HttpCall {
  method: string
  url: string
  headers?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string>>
  json?: Json
  body?: string | Uint8Array
  timeoutMs?: number
}

export interface HttpReply {
  ok: true
  status: number
  headers: Readonly<Record<string, string>>
  /** Body as text (UTF-8), at most `bodyBytesMax`. */
  text: string
  /** Body parsed as JSON, undefined when it is none. Integers beyond 2^53 are strings. */
  json: Json | undefined
}

/**
 * Why no reply came. `sent` is true when the request may have reached the vendor: a write is then unknown, not failed.
 * `address_refused`: the SSRF guard; `too_large`: the reply exceeded the limit.
 */
export interface HttpFailure {
  ok: false
  kind: 'connect' | 'timeout' | 'address_refused' | 'too_large' | 'protocol'
  sent: boolean
  message: string
}

/** The one HTTP client of the hub: guarded against SSRF, limited, recorded (redacted) for the attempt. */
export interface HttpClient {
  request(call: HttpCall): Promise<HttpReply | HttpFailure>
}
