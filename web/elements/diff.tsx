import type { Schemas } from '../api/client.ts'
import './diff.css'

type Line = Schemas['MappingRevisionDetail']['diff'][number]

const AROUND = 3

/** Lines of two texts; of what is the same on both sides only what stands around a difference. */
export function Diff({ lines, empty }: { lines: readonly Line[]; empty: string }) {
  if (lines.every(({ mark }) => mark === ' ')) return <p className="quiet diff-empty">{empty}</p>
  const shown = lines.map(({ mark, line }, index) => ({ mark, line, index, isShown: isNear(lines, index) }))
  return (
    <pre className="diff">
      {shown.map(({ mark, line, index, isShown }) =>
        isShown ? (
          <span key={index} data-mark={mark}>
            {mark} {line}
            {'\n'}
          </span>
        ) : (
          shown[index - 1]?.isShown !== false && (
            <span key={index} data-mark="…">
              …{'\n'}
            </span>
          )
        ),
      )}
    </pre>
  )
}

function isNear(lines: readonly Line[], index: number): boolean {
  return lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== ' ')
}
