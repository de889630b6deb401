import { useNavigate, useParams } from 'react-router'

export const VIEWS = ['write', 'cases', 'plan', 'publish', 'history'] as const
export type View = (typeof VIEWS)[number]

/** The step of the journey that is shown: part of the address, so that it can be sent to somebody. */
export function useView(): [view: View | undefined, show: (view: View) => void] {
  const { folder, mapping, view = 'write' } = useParams()
  const navigate = useNavigate()
  return [
    VIEWS.find(one => one === view),
    next => void navigate(`/mappings/${folder}/${mapping}${next === 'write' ? '' : `/${next}`}`),
  ]
}
