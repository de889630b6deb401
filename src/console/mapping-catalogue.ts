/** What the console and the command line show of mappings; read from the mapping folders. */
export interface MappingCatalogue {
  names(): readonly string[]
  source(name: string): string | undefined
  caseCount(name: string): number
  /** Runs the cases beside a mapping. */
  runCases(name: string): readonly CaseResult[]
}

export interface CaseResult {
  name: string
  passed: boolean
  message?: string
}
