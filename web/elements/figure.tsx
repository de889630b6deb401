import { useNumbers } from './time.tsx'
import './figure.css'

/** One number and what it counts. */
export function Figure({ name, value, isBad = false }: { name: string; value: number; isBad?: boolean }) {
  const numbers = useNumbers()
  return (
    <div className="panel figure" data-bad={isBad || undefined}>
      <span className="figure-name">{name}</span>
      <span className="figure-value number">{numbers(value)}</span>
    </div>
  )
}
