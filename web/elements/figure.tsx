import { Link } from 'react-router'
import { useNumbers } from './time.tsx'
import './figure.css'

interface Props {
  name: string
  value: number
  isBad?: boolean
  /** The page that says more. */
  to?: string
}

/** One number and what it counts. */
export function Figure({ name, value, isBad = false, to }: Props) {
  const numbers = useNumbers()
  const inner = (
    <>
      <span className="figure-name">{name}</span>
      <span className="figure-value number">{numbers(value)}</span>
    </>
  )
  const marks = { className: 'panel figure', 'data-bad': isBad || undefined }
  return to === undefined ? (
    <div {...marks}>{inner}</div>
  ) : (
    <Link to={to} {...marks}>
      {inner}
    </Link>
  )
}
