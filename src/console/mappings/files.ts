import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCases, runCase } from '#mapping/cases.ts'
import type { CaseResult as EngineResult, MappingCase } from '#mapping/cases.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import { noTables } from '#mapping/tables.ts'
import { assertNever } from '#model/assert.ts'
import { isJsonObject } from '#model/json.ts'
import type { CaseResult, MappingCatalogue } from './catalogue.ts'

/**
 * The mappings of the folders with the cases beside them: `contact.in.jsonata` has those under `in` of `contact.cases.json`.
 *
 * @param folders as the library was read from; a later folder overrides an earlier one
 */
export function createMappingCatalogue(library: MappingLibrary, folders: readonly string[]): MappingCatalogue {
  return {
    names: () => library.names(),
    tables: library.tables,
    tablesOf: name => library.get(name)?.tables ?? noTables,
    source: name => library.get(name)?.source,
    cases: name => fileCases(name, folders),
    runCases(name, own) {
      const mapping = library.get(name)
      const read = own === undefined ? readCases(name, folders) : { ok: true as const, cases: own }
      if (!read.ok) return [{ name: read.file, passed: false, message: read.message }]
      return mapping ? read.cases.map(one => caseResult(runCase(mapping, one))) : []
    },
  }
}

/** The cases in the file beside a mapping; none where there is no file, or one that cannot be read. */
export function fileCases(name: string, folders: readonly string[]): readonly MappingCase[] {
  const read = readCases(name, folders)
  return read.ok ? read.cases : []
}

type CasesRead = { ok: true; cases: readonly MappingCase[] } | { ok: false; file: string; message: string }

function readCases(name: string, folders: readonly string[]): CasesRead {
  const match = /^(.*)\.(in|out)$/.exec(name)
  const [, object = name, direction = ''] = match ?? []
  const file = folders.map(folder => join(folder, `${object}.cases.json`)).findLast(path => existsSync(path))
  if (file === undefined) return { ok: true, cases: [] }
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return { ok: false, file, message: `not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  const side = isJsonObject(content) ? content[direction] : undefined
  if (side === undefined) return { ok: true, cases: [] }
  const parsed = parseCases(JSON.stringify(side))
  return parsed.ok ? parsed : { ok: false, file, message: parsed.problems.join('; ') }
}

const DIFFERENCES_SHOWN = 5

/** A case's result for people. */
export function caseResult(result: EngineResult): CaseResult {
  if (result.ok) return { name: result.name, passed: true }
  return { name: result.name, passed: false, message: explain(result) }
}

function explain(result: Extract<EngineResult, { ok: false }>): string {
  switch (result.reason) {
    case 'failed':
      return `failed${result.failure.line === undefined ? '' : ` at ${result.failure.line}:${result.failure.column ?? 1}`}: ${result.failure.message}`
    case 'no_failure':
      return `expected the failure ${result.expected}, got ${show(result.actual)}`
    case 'differs': {
      const shown = result.differences.slice(0, DIFFERENCES_SHOWN)
      const more = result.differences.length - shown.length
      const lines = shown.map(
        ({ path, expected, actual }) => `${path}: expected ${show(expected)}, got ${show(actual)}`,
      )
      return lines.join('; ') + (more > 0 ? `; and ${more} more` : '')
    }
    default:
      return assertNever(result)
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
