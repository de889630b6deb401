import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
  completionKeymap,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter } from '@codemirror/lint'
import { EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { pageNonce } from '../../app/nonce.ts'
import type { Finding } from './findings.ts'
import { jsonata } from './jsonata-language.ts'

/** What the editor tells and asks. */
export interface EditorPorts {
  onChange?: (text: string) => void
  onSave?: () => void
  findings: readonly Finding[]
  complete?: (text: string, position: number) => Promise<CompletionResult | null>
}

interface Options {
  label: string
  isReadOnly: boolean
  /** The ports as they are now: they change with every render, the editor stays. */
  ports: () => EditorPorts
}

export function extensionsOf({ label, isReadOnly, ports }: Options): Extension {
  const changes = EditorView.updateListener.of(update => {
    if (update.docChanged) ports().onChange?.(update.state.doc.toString())
  })
  const save = {
    key: 'Mod-s',
    run: () => {
      ports().onSave?.()
      return true
    },
  }
  const complete = (context: CompletionContext) => completeBy(ports, context)
  return [
    EditorView.cspNonce.of(pageNonce),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    indentUnit.of('  '),
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    jsonata,
    isReadOnly
      ? [EditorState.readOnly.of(true), EditorView.editable.of(false)]
      : [
          highlightActiveLine(),
          highlightActiveLineGutter(),
          lintGutter(),
          closeBrackets(),
          indentOnInput(),
          autocompletion({ override: [complete], icons: true }),
        ],
    // Escape, then Tab leaves the editor: nobody is caught in it.
    keymap.of([save, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, indentWithTab]),
    changes,
  ]
}

/** Asked where a name is being written, or when somebody asks for it. */
async function completeBy(
  ports: Options['ports'],
  { state, pos, explicit }: CompletionContext,
): Promise<CompletionResult | null> {
  const before = state.sliceDoc(Math.max(0, pos - 60), pos)
  if (!explicit && !/[\p{L}\p{N}_$."]$/u.test(before)) return null
  return (await ports().complete?.(state.doc.toString(), pos)) ?? null
}
