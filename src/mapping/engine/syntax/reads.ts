import type { Node } from './tree.ts'

/**
 * The names that an expression may read from its input: every name in its syntax tree, wherever it stands. Undefined when
 * it can read anything: it mentions the input as a whole (`$`, `$$`), a wildcard or a descendant step.
 */
export function namesRead(tree: Node): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  return collect(tree, names, new Set()) ? names : undefined
}

function collect(part: unknown, names: Set<string>, visited: Set<object>): boolean {
  if (typeof part !== 'object' || part === null || visited.has(part)) return true
  visited.add(part)
  if (Array.isArray(part)) return part.every(item => collect(item, names, visited))
  const { type, value } = part as { type?: unknown; value?: unknown }
  if (type === 'wildcard' || type === 'descendant' || type === 'parent') return false
  if (type === 'variable' && (value === '' || value === '$')) return false
  // `$lookup(account, "name")` and the like name members by texts.
  if ((type === 'name' || type === 'string') && typeof value === 'string') names.add(value)
  return Object.values(part).every(member => collect(member, names, visited))
}
