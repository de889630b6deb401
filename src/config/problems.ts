import { z } from 'zod'
import { isJsonObject } from '#model/json.ts'
import type { ConfigProblem } from './config.ts'
import type { ConfigDocument, Path } from './document.ts'

/** Collects mistakes with their place; every check writes here, and the file is refused at the end when one was found. */
export interface ProblemList {
  readonly problems: ConfigProblem[]
  readonly warnings: ConfigProblem[]
  add(path: Path, message: string, expected?: string, part?: 'key' | 'value'): void
  warn(path: Path, message: string, expected?: string): void
  /** Checks a value by a schema; `undefined` when it is wrong, after all its mistakes were added. */
  check<T>(schema: z.ZodType<T>, value: unknown, path: Path): T | undefined
}

export function createProblemList(document: ConfigDocument): ProblemList {
  const problems: ConfigProblem[] = []
  const warnings: ConfigProblem[] = []
  const problem = (path: Path, message: string, expected?: string, part?: 'key' | 'value'): ConfigProblem => ({
    file: document.file,
    ...document.locate(path, part),
    path: writePath(path),
    message,
    ...(expected !== undefined && { expected }),
  })
  const list: ProblemList = {
    problems,
    warnings,
    add: (path, message, expected, part) => void problems.push(problem(path, message, expected, part)),
    warn: (path, message, expected) => void warnings.push(problem(path, message, expected)),
    check(schema, value, path) {
      const result = schema.safeParse(value)
      if (result.success) return result.data
      for (const issue of result.error.issues) addIssue(list, schema, value, path, issue)
      return undefined
    },
  }
  return list
}

/** A path as people write it: `systems.crm.objects[0]`. */
export function writePath(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  )
}

function addIssue(list: ProblemList, schema: z.ZodType, root: unknown, base: Path, issue: z.core.$ZodIssue): void {
  const inner = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
  const path = [...base, ...inner]
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, inner)
    for (const key of issue.keys) {
      const place = path.length === 0 ? 'at the top of the file' : `in ${writePath(path)}`
      list.add([...path, key], `unknown key "${key}" ${place}`, nameChoice(key, known), 'key')
    }
    return
  }
  if (issue.code === 'invalid_key') {
    const name = String(path.at(-1))
    list.add(path, `"${name}" is not a valid name`, issue.issues[0]?.message, 'key')
    return
  }
  // Told already: a variable that is not set leaves a value that is wrong too.
  if (list.problems.some(problem => problem.path === writePath(path))) return
  const found = valueAt(root, inner)
  if (found === undefined && issue.code !== 'custom') {
    const key = String(path.at(-1))
    list.add(path.slice(0, -1), `"${key}" is missing`, expectation(issue), 'key')
    return
  }
  list.add(path, `found ${describe(found, path)}`, expectation(issue, found))
}

function expectation(issue: z.core.$ZodIssue, found?: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected
    case 'invalid_value':
      return nameChoice(
        typeof found === 'string' ? found : '',
        issue.values.map(value => String(value)),
      )
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'a text that is not empty'
        : `${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}${counted(issue.origin)}`
    case 'too_big':
      return `at most ${String(issue.maximum)}${counted(issue.origin)}`
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? nameChoice(typeof found === 'string' ? found : '', issue.options.map(String))
        : [...new Set(issue.errors.flatMap(errors => errors.map(inner => expectation(inner, found))))].join(', or ')
    case 'invalid_format':
      return FORMATS[issue.format] ?? issue.message
    default:
      return issue.message
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys and values',
  record: 'a block of names and values',
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'an address that starts with http:// or https://',
  email: 'a mail address',
  safeint: 'a whole number',
}

function counted(origin: string): string {
  return origin === 'array' || origin === 'set' ? ' entries' : origin === 'string' ? ' characters' : ''
}

/** What stands there, short; never the value where a secret could stand. */
export function describe(value: unknown, path: Path): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'nothing (null)'
  if (Array.isArray(value)) return 'a list'
  if (isJsonObject(value)) return 'a block of keys and values'
  const kind = typeof value === 'string' ? 'the text' : typeof value === 'number' ? 'the number' : 'the value'
  if (path.some(step => SECRET_NAME.test(String(step)))) return `${kind.replace('the', 'a')} (not shown)`
  const shown = JSON.stringify(value)
  return `${kind} ${shown.length > 60 ? `${shown.slice(0, 57)}..."` : shown}`
}

const SECRET_NAME = /secret|password|passwd|token|credential|api-?key|private/i

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)]
    return isJsonObject(value) ? value[String(step)] : undefined
  }, root)
}

/** Names of the members that a schema knows at a path; by its JSON Schema, so that it works for every connector's settings. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let level: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' })
  for (const step of path) {
    if (!isJsonObject(level)) return []
    const options: unknown[] = [level, ...(Array.isArray(level.anyOf) ? level.anyOf : [])]
    level = options.map(option => memberSchema(option, step)).find(found => found !== undefined)
  }
  if (!isJsonObject(level)) return []
  const options = [
    level,
    ...(Array.isArray(level.anyOf) ? level.anyOf : []),
    ...(Array.isArray(level.oneOf) ? level.oneOf : []),
  ]
  return options.flatMap(option =>
    isJsonObject(option) && isJsonObject(option.properties) ? Object.keys(option.properties) : [],
  )
}

function memberSchema(schema: unknown, step: string | number): unknown {
  if (!isJsonObject(schema)) return undefined
  if (typeof step === 'number') return schema.items
  const properties = isJsonObject(schema.properties) ? schema.properties[step] : undefined
  return properties ?? (isJsonObject(schema.additionalProperties) ? schema.additionalProperties : undefined)
}

/** "did you mean" when one known name is near, else the list of names. */
export function nameChoice(found: string, known: readonly string[]): string {
  const near = nearest(found, known)
  if (near !== undefined) return `did you mean "${near}"?`
  return known.length === 0 ? 'no such name is known here' : `one of ${[...new Set(known)].join(', ')}`
}

function nearest(found: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(found.length / 3))
  let best: { name: string; distance: number } | undefined
  for (const name of known) {
    const distance = editDistance(found.toLowerCase(), name.toLowerCase())
    if (distance <= most && (!best || distance < best.distance)) best = { name, distance }
  }
  return best?.name
}

/** Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, changes and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const above = rows[i - 1] ?? []
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      }
      row.push(least)
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}
