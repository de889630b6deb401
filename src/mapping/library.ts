import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileMapping, type Mapping, type MappingKind } from './mapping.ts'
import { filesBelow, loadTables, nameOf } from './files.ts'
import { noTables, type Tables } from './tables.ts'

/** All mappings of the hub by name (`<folder>/<object>.in`, `<folder>/<object>.out`), compiled once each. */
export interface MappingLibrary {
  get(name: string): Mapping | undefined
  /** The file that a mapping was read from. */
  file(name: string): string | undefined
  /** A condition of a route or filter, compiled once per text. */
  condition(source: string): Mapping
  names(): readonly string[]
  /** What `$table` gives: the files `tables/<name>.csv` of the folders. */
  readonly tables: Tables
}

export interface MappingProblem {
  name: string
  file: string
  message: string
  line?: number
  column?: number
}

const SUFFIX = '.jsonata'

/** Limits of mappings that the configuration sets. */
export interface CompileLimits {
  timeMs: number
  outputBytesMax: number
}

/** The text of one mapping and where it came from. */
export interface MappingFile {
  /** `<folder>/<object>.in` or `.out`. */
  name: string
  file: string
  source: string
  /** Undefined: those of the library. */
  tables?: Tables
}

/** Reads and compiles every mapping below the folders; a later folder overrides an earlier one. All problems are returned at once. */
export async function loadMappings(
  folders: readonly string[],
  limits: CompileLimits,
): Promise<{ library: MappingLibrary; problems: readonly MappingProblem[] }> {
  const files: MappingFile[] = []
  const { tables, problems: unread } = await loadTables(folders)
  for (const folder of folders) {
    for (const path of await filesBelow(folder, SUFFIX)) {
      const name = nameOf(path, SUFFIX)
      if (kindOf(name) === undefined) continue
      files.push({ name, file: join(folder, path), source: await readFile(join(folder, path), 'utf8') })
    }
  }
  const { library, problems } = compileMappings(files, limits, tables)
  return { library, problems: [...unread, ...problems] }
}

/** Compiles mappings; of one name the last counts. All problems are returned at once. */
export function compileMappings(
  files: Iterable<MappingFile>,
  limits: CompileLimits,
  tables: Tables = noTables,
): { library: MappingLibrary; problems: readonly MappingProblem[] } {
  const mappings = new Map<string, Mapping>()
  const read = new Map<string, string>()
  const problems: MappingProblem[] = []
  for (const { name, file, source, tables: own = tables } of files) {
    const kind = kindOf(name)
    if (kind === undefined) continue
    try {
      mappings.set(name, compileMapping(name, source, { kind, limits, tables: own }))
      read.set(name, file)
    } catch (error) {
      problems.push({ name, file, ...located(error) })
    }
  }
  const conditions = new Map<string, Mapping>()
  const library: MappingLibrary = {
    get: name => mappings.get(name),
    file: name => read.get(name),
    condition(source) {
      let condition = conditions.get(source)
      if (condition === undefined) {
        condition = compileMapping('condition', source, { kind: 'condition', limits })
        conditions.set(source, condition)
      }
      return condition
    },
    names: () => [...mappings.keys()].sort(),
    tables,
  }
  return { library, problems }
}

function kindOf(name: string): MappingKind | undefined {
  if (name.endsWith('.in')) return 'inbound'
  return name.endsWith('.out') ? 'outbound' : undefined
}

function located(error: unknown): { message: string; line?: number; column?: number } {
  if (!(error instanceof Error)) return { message: String(error) }
  const line = 'line' in error && typeof error.line === 'number' ? { line: error.line } : {}
  const column = 'column' in error && typeof error.column === 'number' ? { column: error.column } : {}
  return { message: error.message, ...line, ...column }
}
