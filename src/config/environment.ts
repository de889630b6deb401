import { z } from 'zod'

/** What the hub takes from its environment. This file is the only one that reads environment variables; secrets named `env:NAME` are looked up in `variables`. */
export interface Environment {
  /** The user's PostgreSQL; absent: the embedded one in the data folder. */
  databaseUrl?: string
  /** BullMQ on Redis; absent: on PostgreSQL. */
  redisUrl?: string
  configFile: string
  dataDir?: string
  host?: string
  port?: number
  /** The hub key, newest first, comma separated while it rotates; absent: a key file in the data folder. */
  key?: string
  /** Where traces go, by OTLP over HTTP; absent: nowhere. */
  otlpEndpoint?: string
  logLevel: LogLevel
  ci: boolean
  colours: boolean | undefined
  /** Where the command line finds a running hub, when not by the data folder. */
  url?: string
  token?: string
  variables: Readonly<Record<string, string | undefined>>
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type EnvironmentResult = { ok: true; environment: Environment } | { ok: false; problems: readonly string[] }

/** An empty variable counts as absent, as compose files write it. */
const text = z.preprocess(value => (value === '' ? undefined : value), z.string().optional())

const schema = z.object({
  DATABASE_URL: text.pipe(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'expected postgres://user:password@host:port/database')
      .optional(),
  ),
  REDIS_URL: text.pipe(
    z
      .string()
      .regex(/^rediss?:\/\//, 'expected redis://host:port/number')
      .optional(),
  ),
  PATCHBAY_CONFIG: text,
  PATCHBAY_DATA: text,
  PATCHBAY_HOST: text,
  PATCHBAY_PORT: text.pipe(
    z
      .string()
      .regex(/^\d{1,5}$/, 'expected a port, 0 to 65535')
      .transform(Number)
      .refine(port => port <= 65_535, 'expected a port, 0 to 65535')
      .optional(),
  ),
  PATCHBAY_KEY: text,
  OTEL_EXPORTER_OTLP_ENDPOINT: text.pipe(
    z.url({ protocol: /^https?$/, error: 'expected http://host:4318' }).optional(),
  ),
  PATCHBAY_URL: text,
  PATCHBAY_TOKEN: text,
  LOG_LEVEL: text.pipe(z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).optional()),
  CI: text,
  NO_COLOR: text,
  FORCE_COLOR: text,
})

/**
 * Reads the environment.
 *
 * @param variables the variables to read; the process's own by default, so that only tests give others
 * @returns the environment, or one line for every variable that is wrong; values are never repeated, since some hold passwords
 */
export function readEnvironment(variables: Environment['variables'] = process.env): EnvironmentResult {
  const parsed = schema.safeParse(variables)
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`) }
  }
  const given = parsed.data
  return {
    ok: true,
    environment: {
      ...(given.DATABASE_URL !== undefined && { databaseUrl: given.DATABASE_URL }),
      ...(given.REDIS_URL !== undefined && { redisUrl: given.REDIS_URL }),
      configFile: given.PATCHBAY_CONFIG ?? 'patchbay.yaml',
      ...(given.PATCHBAY_DATA !== undefined && { dataDir: given.PATCHBAY_DATA }),
      ...(given.PATCHBAY_HOST !== undefined && { host: given.PATCHBAY_HOST }),
      ...(given.PATCHBAY_PORT !== undefined && { port: given.PATCHBAY_PORT }),
      ...(given.PATCHBAY_KEY !== undefined && { key: given.PATCHBAY_KEY }),
      ...(given.PATCHBAY_URL !== undefined && { url: given.PATCHBAY_URL }),
      ...(given.PATCHBAY_TOKEN !== undefined && { token: given.PATCHBAY_TOKEN }),
      ...(given.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && { otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT }),
      logLevel: given.LOG_LEVEL ?? 'info',
      ci: given.CI !== undefined && given.CI !== 'false',
      colours: given.NO_COLOR !== undefined ? false : given.FORCE_COLOR !== undefined ? true : undefined,
      variables,
    },
  }
}
