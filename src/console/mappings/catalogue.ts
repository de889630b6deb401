import type { MappingCase } from '#mapping/cases.ts'

/** What the console and the command line show of mappings: those in force, and the cases in the files beside them. */
export interface MappingCatalogue {
  names(): readonly string[]
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
