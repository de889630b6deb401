import { readdir, readFile, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { readTable, sizeProblem, type Table, type TableProblem, type Tables } from './tables.ts'

/** A file of mappings or tables that cannot be taken. */
interface FileProblem extends TableProblem {
  readonly name: string
  readonly file: string
}

/** The files of this kind below a folder, in order; none where there is no such folder. */
export async function filesBelow(folder: string, suffix: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).filter(file => file.endsWith(suffix)).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** What a file below a folder is called, wherever it was written. */
export const nameOf = (path: string, suffix: string): string => path.slice(0, -suffix.length).split(sep).join('/')

const SUFFIX = '.csv'

/** Reads the look-up tables `tables/<name>.csv` of the folders; a later folder overrides an earlier one. */
export async function loadTables(
  folders: readonly string[],
): Promise<{ tables: Tables; problems: readonly FileProblem[] }> {
  const tables = new Map<string, Table>()
  const problems: FileProblem[] = []
  for (const folder of folders.map(one => join(one, 'tables')))
    for (const path of await filesBelow(folder, SUFFIX)) {
      const name = nameOf(path, SUFFIX)
      const file = join(folder, path)
      const result = sizeProblem((await stat(file)).size) ?? readTable(await readFile(file))
      if (result.ok) tables.set(name, result.table)
      else problems.push(...result.problems.map(problem => ({ name: `tables/${name}`, file, ...problem })))
    }
  return { tables, problems }
}
