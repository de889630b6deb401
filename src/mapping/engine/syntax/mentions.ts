import type { Node } from './tree.ts'

/** A place where an expression names a function. */
export interface Mention {
  readonly name: string
  /** Its first argument, where that is a text; undefined where it is computed, or the function is handed on as a value. */
  readonly first: string | undefined
  readonly position: number | undefined
}

/** Where an expression names these functions of its host. One that it binds to something of its own is not the host's. */
export function mentionsOf(tree: Node, source: string, names: readonly string[]): readonly Mention[] {
  const watched = names.filter(name => source.includes(`$${name}`))
  if (watched.length === 0) return []
  const bound = new Set<unknown>()
  const mentions: Mention[] = []
  const visited = new Set<object>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || visited.has(value)) return
    visited.add(value)
    const node = value as Partial<Node>
    const { type, position } = node
    if (type === 'bind') bound.add((node.lhs as Node).value)
    if (type === 'lambda') for (const parameter of node.arguments ?? []) bound.add(parameter.value)
    const called = type === 'function' || type === 'partial' ? node.procedure : undefined
    const named = called ?? (type === 'variable' ? (node as Node) : undefined)
    if (named?.type === 'variable' && typeof named.value === 'string' && watched.includes(named.value)) {
      const [argument] = called === undefined ? [] : (node.arguments ?? [])
      const first = argument?.type === 'string' ? String(argument.value) : undefined
      mentions.push({ name: named.value, first, position })
      visited.add(named)
    }
    for (const child of Object.values(value)) visit(child)
  }
  visit(tree)
  return mentions.filter(({ name }) => !bound.has(name))
}
