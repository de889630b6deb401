import { Skeleton } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMe } from '../api/me.ts'
import { ProblemBox } from '../elements/problem.tsx'
import { type Detail, type Start, useLive, type Which } from './draft/start.ts'
import { useDraft } from './draft/use-draft.ts'
import { Journey } from './journey.tsx'
import { StudioContext } from './studio.ts'
import './studio.css'

/** The studio of one mapping. */
export default function StudioPage() {
  const { folder = '', mapping = '' } = useParams()
  const { isKnown } = useMe()
  const { detail, start, problem, retry } = useLive({ folder, mapping })
  if (detail === undefined && problem !== null) return <ProblemBox problem={problem} retry={retry} />
  if (detail === undefined || !isKnown) return <Skeleton active paragraph={{ rows: 12 }} />
  return <Begun key={detail.name} which={{ folder, mapping }} detail={detail} start={start} />
}

/** A text is begun from what the hub holds, as soon as it is known. */
function Begun({ which, detail, start }: { which: Which; detail: Detail; start: Start | undefined }) {
  const latest = useLatest(start)
  return latest === undefined ? <Skeleton active /> : <Opened which={which} detail={detail} start={latest} />
}

/** The last one that was known: while another is being read, the text stays. */
function useLatest(start: Start | undefined): Start | undefined {
  const [latest, setLatest] = useState(start)
  const isNew = start?.version !== latest?.version || start?.revision !== latest?.revision
  if (start !== undefined && isNew) setLatest(start)
  return start ?? latest
}

function Opened({ which, detail, start }: { which: Which; detail: Detail; start: Start }) {
  const draft = useDraft(which, start)
  const { may } = useMe()
  return (
    <StudioContext value={{ which, detail, draft, mayWrite: may('map') }}>
      <Journey />
    </StudioContext>
  )
}
