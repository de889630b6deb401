import { Skeleton } from 'antd'
import { useParams } from 'react-router'
import { queries } from '../api/client.ts'
import { ProblemBox } from '../elements/problem.tsx'
import { Editor } from './editor/editor.tsx'

/** One mapping. */
export default function StudioPage() {
  const { folder = '', mapping = '' } = useParams()
  const detail = queries.useQuery('get', '/mappings/{folder}/{mapping}', { params: { path: { folder, mapping } } })
  if (detail.error !== null) return <ProblemBox problem={detail.error} retry={detail.refetch} />
  if (detail.data === undefined) return <Skeleton active />
  return (
    <div className="panel">
      <Editor value={detail.data.source} isReadOnly label={detail.data.name} findings={[]} />
    </div>
  )
}
