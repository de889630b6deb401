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
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      formatters: { level: label => ({ level: label }) },
    },
    destination,
  )
}
