/** What `npm test` says of a run at its end. */
export interface TestSummary {
  readonly passed: number
  readonly failed: number
  /** One line each: the test's full name, which says why it was skipped. */
  readonly skipped: readonly string[]
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Reads vitest's JSON report. A test file that could not be loaded counts as one failed test. */
export function summarize(report: JsonReport): TestSummary {
  const tests = report.testResults.flatMap(file => file.assertionResults)
  const count = (status: string): number => tests.filter(test => test.status === status).length
  const brokenFiles = report.testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  ).length
  return {
    passed: count('passed'),
    failed: count('failed') + brokenFiles,
    skipped: tests
      .filter(test => test.status !== 'passed' && test.status !== 'failed')
      .map(test => test.fullName.trim()),
  }
}
