import type { Node } from '../syntax/tree.ts'

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

/** True for names that every JavaScript object has: only a check tells whether a member of data is meant. */
export const isInherited = (name: string): boolean => inherited.has(name)

const truthOperators = new Set(['=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in'])

/** True for an expression that gives true, false or nothing, whatever it is evaluated on. */
export const isBooleanNode = (node: Node): boolean =>
  node.predicate === undefined &&
  node.group === undefined &&
  node.keepArray !== true &&
  ((node.type === 'binary' && truthOperators.has(String(node.value))) ||
    (node.type === 'value' && typeof node.value === 'boolean'))
