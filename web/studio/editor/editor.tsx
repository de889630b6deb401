import { EditorView } from '@codemirror/view'
import { useEffect, useRef, useState } from 'react'
import { useSaid } from '../../locales/said.ts'
import { type EditorPorts, extensionsOf } from './extensions.ts'
import { showFindings } from './findings.ts'
import './editor.css'

interface Props extends EditorPorts {
  /** The text; one that is not what was typed last replaces what is there. */
  value: string
  isReadOnly?: boolean
  label: string
}

/** The editor of a mapping's text. What it knows of the mapping it asks through its ports. */
export function Editor({ value, isReadOnly = false, label, ...ports }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView | null>(null)
  const latest = useRef(ports)
  useEffect(() => {
    latest.current = ports
  })

  useEffect(() => {
    const parent = place.current
    if (parent === null) return undefined
    const made = new EditorView({
      parent,
      extensions: extensionsOf({ label, isReadOnly, ports: () => latest.current }),
    })
    setView(made)
    return () => made.destroy()
  }, [label, isReadOnly])

  useEffect(() => {
    if (view === null || view.state.doc.toString() === value) return
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } })
  }, [view, value])

  const { findings } = ports
  const said = useSaid()
  useEffect(() => {
    if (view !== null) showFindings(view, findings, said)
  }, [view, findings, said])

  return <div className="editor" ref={place} />
}
