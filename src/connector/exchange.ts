/** What one outgoing call looked like, for the attempt: enough to understand it, nothing secret, at most a few KB. */
export interface Exchange {
  method: string
  /** Without user, password and secret parameters. */
  url: string
  status?: number
  /** Kind of failure where no reply came. */
  failure?: string
  durationMs: number
  request?: string
  response?: string
}

/** Most characters kept of a request and of a response each. */
const EXCERPT_MAX = 2048
const REDACTED = '[redacted]'

const SECRET_NAME =
  '(?:[\\w.-]*(?:password|passwd|pwd|secret|token|api[_-]?key|apikey|authorization|session[_-]?id|sid|credential|signature)[\\w.-]*)'
const JSON_SECRET = new RegExp(`("${SECRET_NAME}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*(?:"|$)`, 'gi')
const FORM_SECRET = new RegExp(`((?:^|[?&])${SECRET_NAME}=)[^&\\s]*`, 'gi')
const XML_SECRET = new RegExp(`(<((?:\\w+:)?${SECRET_NAME})(?:\\s[^>]*)?>)[^<]*`, 'gi')
const AUTH_SCHEME = /\b(Bearer|Basic)\s+[\w+/=.~-]{6,}/g

/**
 * Returns a function that cuts a text to an excerpt and removes known secret values, whatever looks like a secret's member,
 * parameter or element, and credentials of HTTP. Secrets shorter than 4 characters would redact everything and are left to names.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const values = secrets
    .filter(secret => secret.length >= 4)
    .flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length)
  // Beyond the excerpt by the longest secret, so that none is cut in half and then missed.
  const reach = EXCERPT_MAX + (values[0]?.length ?? 0)
  return text => {
    let safe = text.length > reach ? text.slice(0, reach) : text
    for (const value of values) if (safe.includes(value)) safe = safe.replaceAll(value, REDACTED)
    safe = safe
      .replace(JSON_SECRET, `$1"${REDACTED}"`)
      .replace(FORM_SECRET, `$1${REDACTED}`)
      .replace(XML_SECRET, `$1${REDACTED}`)
      .replace(AUTH_SCHEME, `$1 ${REDACTED}`)
    return safe.length > EXCERPT_MAX ? `${safe.slice(0, EXCERPT_MAX)}…` : safe
  }
}

/** A URL for people: no user, no password, no secret parameters. */
export function redactUrl(url: string, redact: (text: string) => string): string {
  return redact(url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1'))
}
