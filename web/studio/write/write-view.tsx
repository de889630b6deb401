import { Grid, Splitter } from 'antd'
import { useState } from 'react'
import { SaveCase } from '../cases/save-case.tsx'
import type { Finding } from '../editor/findings.ts'
import { EditorPane } from './editor-pane.tsx'
import { readsOf } from './lineage.tsx'
import { RecordPane } from './record-pane.tsx'
import { ResultPane } from './result-pane.tsx'
import { type RecordChoice, useRecords } from './use-records.ts'
import { type Trial, useTrial } from './use-trial.ts'
import './write.css'

/** A record, the mapping, and what it makes of the record: side by side, or below each other where there is no room. */
export function WriteView() {
  const [words, search] = useState('')
  const [picked, choose] = useState<RecordChoice>()
  const [field, point] = useState<string>()
  const records = useRecords(words)
  const chosen = picked ?? records.stored[0] ?? records.cases[0]
  const trial = useTrial(chosen)
  const isWide = Grid.useBreakpoint().xl !== false

  const record = (
    <RecordPane
      {...records}
      chosen={chosen}
      choose={choose}
      search={search}
      record={trial.result?.record}
      lit={readsOf(trial.checks?.lineage ?? [], field)}
    />
  )
  const editor = <EditorPane findings={findingsOf(trial)} />
  const saveCase = chosen !== undefined && trial.result !== undefined && <SaveCase record={chosen} />
  const result = <ResultPane trial={trial} field={field} point={point} saveCase={saveCase} />

  if (!isWide)
    return (
      <div className="write-stack">
        {editor}
        {result}
        {record}
      </div>
    )
  return (
    <Splitter className="write-split">
      <Splitter.Panel defaultSize="23%" min={220} collapsible>
        {record}
      </Splitter.Panel>
      <Splitter.Panel min={320}>{editor}</Splitter.Panel>
      <Splitter.Panel defaultSize="31%" min={280}>
        {result}
      </Splitter.Panel>
    </Splitter>
  )
}

/** What the check finds in the text, and why it failed on this record. */
function findingsOf({ checks, result }: Trial): Finding[] {
  const failure = result?.draft.ok === false ? result.draft.failure : undefined
  const own = checks?.findings ?? []
  const isKnown = own.some(({ level, position }) => level === 'error' && position === failure?.position)
  return failure === undefined || isKnown ? own : [...own, { ...failure, reason: failure.code, level: 'error' }]
}
