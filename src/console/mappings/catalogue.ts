import type { MappingCase } from '#mapping/cases.ts'
import type { Tables } from '#mapping/tables.ts'

/** What the console and the command line show of mappings: those in force, and the cases in the files beside them. */
export interface MappingCatalogue {
  names(): readonly string[]
  /** Look-up tables as the files have them: drafts are given these. */
  readonly tables: Tables
  /** Those that a mapping in force maps by. */
  tablesOf(name: string): Tables
  source(name: string): string | undefined
  /** The cases in the file beside a mapping; none where there is no file, or one that cannot be read. */
  cases(name: string): readonly MappingCase[]
  /** Runs the cases of a mapping: its own, or those of its file. */
  runCases(name: string, own?: readonly MappingCase[]): readonly CaseResult[]
}

export interface CaseResult {
  name: string
  passed: boolean
  message?: string
}
