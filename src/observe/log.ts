import pino from 'pino'

export type Log = pino.Logger

/** Names under which credentials or personal data could slip into a log line; pino replaces their values. */
const REDACTED_PATHS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'body',
  'email',
  'phone',
  'fields',
  'payload',
].flatMap(name => [name, `*.${name}`, `*.*.${name}`])

interface LoggedError {
  type: string
  message: string
  code?: string
  stack?: string
  cause?: LoggedError
}

/**
 * What of an error is logged. Errors carry more than they say: PostgreSQL's `detail` holds whole rows, an HTTP client's
 * error the request with its credentials and the answer.
 */
function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' }
  const { name, message, stack, cause } = error
  return {
    type: name,
    message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause instanceof Error && depth < 3 ? { cause: loggedError(cause, depth + 1) } : {}),
  }
}

/**
 * The hub's logger: JSON lines, one wide line per unit of work. Where they go is a file path or, by default, standard output.
 */
export function createLog(options: { level: string; file?: string | undefined; name?: string }): Log {
  const destination =
    options.file === undefined
      ? pino.destination({ fd: 1, sync: false })
      : pino.destination({ dest: options.file, mkdir: true, sync: false })
  return pino(
    {
      level: options.level,
      base: { name: options.name ?? 'patchbay' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => loggedError(error) },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      formatters: { level: label => ({ level: label }) },
    },
    destination,
  )
}
