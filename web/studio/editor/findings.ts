import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import type { Schemas } from '../../api/client.ts'

/** Something that is wrong at a place of the text. */
export interface Finding {
  level: 'error' | 'warning'
  message: string
  code: string
  reason?: string
  params?: Schemas['Params']
  /** The field that it is about. */
  target?: string
  position?: number
  end?: number
  line?: number
  column?: number
}

/** Marks what was found where it stands; without an end the word at its place. */
export function showFindings(view: EditorView, findings: readonly Finding[], said: (finding: Finding) => string): void {
  const { length } = view.state.doc
  const marks = findings.flatMap((finding): Diagnostic[] => {
    if (finding.position === undefined) return []
    const from = Math.min(finding.position, length)
    const word = view.state.wordAt(from)
    const to = Math.min(finding.end ?? word?.to ?? from + 1, length)
    return [{ from, to: Math.max(from, to), severity: finding.level, message: said(finding), source: finding.code }]
  })
  view.dispatch(setDiagnostics(view.state, marks))
}
