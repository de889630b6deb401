import type { ReactNode } from 'react'

interface Props {
  title: ReactNode
  extra?: ReactNode
  /** Below the title, above what scrolls. */
  bar?: ReactNode
  foot?: ReactNode
  children: ReactNode
}

/** One of the columns of the studio. */
export function Pane({ title, extra, bar, foot, children }: Props) {
  return (
    <section className="pane panel">
      <header className="pane-head">
        <h2>{title}</h2>
        <span className="pane-extra">{extra}</span>
      </header>
      {bar !== undefined && <div className="pane-bar">{bar}</div>}
      <div className="pane-body">{children}</div>
      {foot !== undefined && <footer className="pane-foot">{foot}</footer>}
    </section>
  )
}
