import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { queries } from '../../api/client.ts'
import { useNumbers } from '../../elements/time.tsx'

const ASK_MS = 1_000

/** How far the stored records are mapped again by a publication that asked for it. */
export function ReplayProgress({ number }: { number: number }) {
  const { t } = useTranslation()
  const numbers = useNumbers()
  const { data } = queries.useQuery(
    'get',
    '/mapping-publications/{number}',
    { params: { path: { number } } },
    { refetchInterval: ({ state }) => (isOver(state.data?.replay?.state) ? false : ASK_MS) },
  )
  const replay = data?.replay
  if (replay === undefined || replay === null) return null
  const isDone = isOver(replay.state)
  return (
    <div className="panel replay">
      {t(`publish.replayed.${replay.state}`)}
      <Progress
        percent={isDone ? 100 : Math.min(99, Math.floor((100 * replay.done) / Math.max(1, replay.total)))}
        format={() => `${numbers(replay.done)} / ${numbers(replay.total)}`}
      />
    </div>
  )
}

function isOver(state: string | undefined): boolean {
  return state === 'done'
}
