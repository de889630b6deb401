import type { ReactNode } from 'react'
import './page-title.css'

/** The head of a page: its name, one line about it, and what can be done with all of it. */
export function PageTitle({ title, about, extra }: { title: ReactNode; about?: ReactNode; extra?: ReactNode }) {
  return (
    <div className="page-title">
      <div>
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
      </div>
      {extra !== undefined && <div className="page-title-extra">{extra}</div>}
    </div>
  )
}
