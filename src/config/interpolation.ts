import type { Json } from '#model/json.ts'
import { isJsonObject } from '#model/json.ts'
import type { Path } from './document.ts'

/** `${NAME}` or `${NAME:-default}` with a name in capitals, as in compose files; innermost first, so that defaults may hold others. */
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)(?::-([^{}]*))?\}/

/** Replacements in one text beyond this are a variable that refers to itself. */
const REPLACEMENTS_MAX = 20

/**
 * Fills environment variables into the texts of `hub` and of each system's `settings`, where addresses differ between
 * installations. A text that is nothing but one variable becomes a number or boolean when it reads as one.
 * Secrets are not filled in: they have references of their own.
 *
 * @param onUnset called for a variable that is not set and has no default
 */
export function interpolate(
  value: unknown,
  variables: Readonly<Record<string, string | undefined>>,
  path: Path,
  onUnset: (path: Path, name: string) => void,
): unknown {
  if (typeof value === 'string') return interpolateText(value, variables, name => onUnset(path, name))
  if (Array.isArray(value)) return value.map((item, index) => interpolate(item, variables, [...path, index], onUnset))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, interpolate(item, variables, [...path, key], onUnset)]),
  )
}

function interpolateText(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
  onUnset: (name: string) => void,
): Json {
  let result = text
  for (let count = 0; count < REPLACEMENTS_MAX; count++) {
    const match = VARIABLE.exec(result)
    if (!match) break
    const [whole, name = '', fallback] = match
    const given = variables[name]
    const value = given !== undefined && given !== '' ? given : fallback
    if (value === undefined) onUnset(name)
    result = result.slice(0, match.index) + (value ?? '') + result.slice(match.index + whole.length)
  }
  if (result === text || !/^\$\{.*\}$/.test(text)) return result
  if (result === 'true' || result === 'false') return result === 'true'
  return /^-?\d{1,15}$/.test(result) ? Number(result) : result
}
