import { WarningFilled } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Node } from './nodes.ts'
import './value-tree.css'

interface Props {
  label: string
  nodes: readonly Node[]
  /** What is wrong, by path. */
  problems?: ReadonlyMap<string, string>
  /** Fields to point at: what the field under the pointer is made of. */
  lit?: readonly string[]
  /** The field under the pointer or the keyboard; undefined when there is none any more. */
  onPoint?: (field: string | undefined) => void
}

const FIRST = 400

/** A value, one row per member, with what changed and what is wrong. */
export function ValueTree({ label, nodes, problems, lit = [], onPoint }: Props) {
  const { t } = useTranslation()
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? nodes : nodes.slice(0, FIRST)
  return (
    <ul className="value-tree" aria-label={label} onPointerLeave={() => onPoint?.(undefined)}>
      {shown.map(node => (
        <Row
          key={node.path}
          node={node}
          problem={problems?.get(node.path)}
          isLit={lit.some(field => node.field === field || node.field.startsWith(`${field}.`))}
          onPoint={onPoint}
        />
      ))}
      {shown.length < nodes.length && (
        <Button type="link" onClick={() => setWhole(true)}>
          {t('studio.more', { count: nodes.length - shown.length })}
        </Button>
      )}
    </ul>
  )
}

interface RowProps {
  node: Node
  problem: string | undefined
  isLit: boolean
  onPoint: Props['onPoint']
}

function Row({ node, problem, isLit, onPoint }: RowProps) {
  const { t } = useTranslation()
  const { depth, name, text, kind, change, isPart, before, field } = node
  return (
    <li
      data-change={change}
      data-lit={isLit || undefined}
      data-wrong={problem === undefined ? undefined : true}
      data-depth={Math.min(depth, 8)}
      onPointerEnter={() => onPoint?.(field)}
    >
      <span className="value-name" title={name}>
        {name}
      </span>
      {text !== undefined && (
        <span className="value-text" data-kind={kind}>
          {before !== undefined && <del>{before}</del>}
          {kind === 'empty' && text === '' ? '""' : text}
        </span>
      )}
      {change !== undefined && !isPart && <span className="value-change">{t(`studio.change.${change}`)}</span>}
      {problem !== undefined && (
        <Tooltip title={problem}>
          <WarningFilled className="value-problem" aria-label={problem} />
        </Tooltip>
      )}
    </li>
  )
}
