import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { compileMapping, type Mapping, type MappingKind } from './mapping.ts'

/** All mappings of the hub by name (`<folder>/<object>.in`, `<folder>/<object>.out`), compiled once each. */
export interface MappingLibrary {
  get(name: string): Mapping | undefined
  /** A condition of a route or filter, compiled once per text. */
  condition(source: string): Mapping
  names(): readonly string[]
}

export interface MappingProblem {
  name: string
  file: string
  message: string
  line?: number
  column?: number
}

const SUFFIXES: Record<string, MappingKind> = { '.in.jsonata': 'inbound', '.out.jsonata': 'outbound' }

/** Reads and compiles every mapping below the folders; a later folder overrides an earlier one. All problems are returned at once. */
export async function loadMappings(
  folders: readonly string[],
  limits: { timeMs: number; outputBytesMax: number },
): Promise<{ library: MappingLibrary; problems: readonly MappingProblem[] }> {
  const mappings = new Map<string, Mapping>()
  const problems: MappingProblem[] = []
  for (const folder of folders) {
    for (const file of await mappingFiles(folder)) {
      const suffix = Object.keys(SUFFIXES).find(candidate => file.endsWith(candidate))
      const kind = suffix === undefined ? undefined : SUFFIXES[suffix]
      if (kind === undefined) continue
      const name = file.slice(0, -'.jsonata'.length).split(path.sep).join('/')
      try {
        mappings.set(name, compileMapping(name, await readFile(path.join(folder, file), 'utf8'), { kind, limits }))
      } catch (error) {
        problems.push({ name, file: path.join(folder, file), ...located(error) })
      }
    }
  }
  const conditions = new Map<string, Mapping>()
  const library: MappingLibrary = {
    get: name => mappings.get(name),
    condition(source) {
      let condition = conditions.get(source)
      if (condition === undefined) {
        condition = compileMapping('condition', source, { kind: 'condition', limits })
        conditions.set(source, condition)
      }
      return condition
    },
    names: () => [...mappings.keys()].sort(),
  }
  return { library, problems }
}

async function mappingFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).filter(file => file.endsWith('.jsonata')).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function located(error: unknown): { message: string; line?: number; column?: number } {
  if (!(error instanceof Error)) return { message: String(error) }
  const line = 'line' in error && typeof error.line === 'number' ? { line: error.line } : {}
  const column = 'column' in error && typeof error.column === 'number' ? { column: error.column } : {}
  return { message: error.message, ...line, ...column }
}
