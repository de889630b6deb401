import type { Environment } from '#config/environment.ts'
import { asUnwritable, systemErrorCode } from '#store/embedded/start-error.ts'
import { CliError } from '../cli-error.ts'

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET', 'EAI_AGAIN'])
/** SQLSTATE classes: 28 invalid authorization, 3D no such database. */
const LOGIN_FAILED = /^(28|3D)/

/** Errors whose own message is already for the operator. */
const EXPLAINED = new Set(['StartError', 'MigrateError', 'HubStartError'])

/** Turns what can stop a start into its one message; what is left is a mistake of ours and passes through. */
export function explainStartError(error: unknown, environment: Environment, dataDir?: string): unknown {
  const found = dataDir === undefined ? error : asUnwritable(error, dataDir)
  if (!(found instanceof Error)) return found
  if (EXPLAINED.has(found.name) || ('code' in found && isHubStartCode(found.code))) return new CliError(found.message)
  const code = systemErrorCode(found)
  if (code === undefined) return found
  if (UNREACHABLE.has(code)) {
    const which =
      environment.redisUrl !== undefined && environment.databaseUrl === undefined ? 'REDIS_URL' : 'DATABASE_URL'
    return new CliError(`the server of ${which} cannot be reached (${code}). Is it running, and is the address right?`)
  }
  if (LOGIN_FAILED.test(code)) return new CliError(`the server of DATABASE_URL refuses us: ${found.message} (${code}).`)
  return found
}

function isHubStartCode(code: unknown): boolean {
  return (
    typeof code === 'string' &&
    ['port_taken', 'port_refused', 'mapping_invalid', 'policy_invalid', 'config_outdated'].includes(code)
  )
}
