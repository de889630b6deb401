/** What is wrong with a mapping, or likely to be, found without running it. */
export interface Finding {
  readonly code:
    | 'syntax'
    | 'unknown_field'
    | 'unknown_name'
    | 'wrong_argument'
    | 'wrong_operand'
    | 'duplicate_key'
    | 'unknown_target'
    | 'wrong_type'
    | 'wrong_value'
    | 'missing_required'
    | 'always_empty'
  /** An error fails or says nothing whatever comes; a warning may be meant so. */
  readonly level: 'error' | 'warning'
  readonly message: string
  /** The target field it is about, such as `person.email`. */
  readonly target?: string
  /** Characters from the start of the source. */
  readonly position?: number
}

/**
 * Collects findings, each once: the body of a function is walked at each of its calls.
 *
 * @param sourceLevel of what is wrong only if the source is as it is described: samples show no more than what they hold
 */
export function makeFindings(sourceLevel: Finding['level'] = 'error') {
  const found = new Map<string, Finding>()
  return {
    sourceLevel,
    add(finding: Finding): void {
      found.set(`${finding.code} ${finding.position ?? ''} ${finding.message}`, finding)
    },
    list: (): readonly Finding[] =>
      [...found.values()].sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity)),
  }
}

export type Findings = ReturnType<typeof makeFindings>
