/** One row of a shown value: a member or an item, in the order of the value. */
export interface Node {
  /** Such as `person.emails[0].address`. */
  path: string
  /** The path without places in lists, as lineage tells it: `person.emails.address`. */
  field: string
  name: string
  depth: number
  /** Text of a value that has no members; undefined where the members follow. */
  text: string | undefined
  kind: 'text' | 'number' | 'word' | 'empty' | 'object' | 'list'
  change: 'added' | 'removed' | 'changed' | undefined
  /** Its holder as a whole was added or removed. */
  isPart: boolean
  /** The text before, of a value that is changed. */
  before: string | undefined
}

type Shown = { value: unknown } | undefined

/**
 * The rows of a value. With another one to compare with, each row says what became of it, and what is only there is shown too.
 *
 * @param before undefined: nothing to compare with
 */
export function nodesOf(after: unknown, before?: { value: unknown }): readonly Node[] {
  return walk({ value: after }, before, { path: '', field: '', depth: -1 }, before !== undefined).slice(1)
}

/** How many places differ; of what was added or removed as a whole its head. */
export function countChanges(nodes: readonly Node[]): number {
  return nodes.filter(({ change, isPart }) => change !== undefined && !isPart).length
}

interface Place {
  /** What became of the holder as a whole. */
  fate?: Node['change']
  path: string
  field: string
  depth: number
  name?: string
}

function walk(after: Shown, before: Shown, place: Place, isCompared: boolean): Node[] {
  const shown = after ?? before
  const value = shown?.value
  const { fate } = place
  const change = fate ?? (isCompared ? changeOf(after, before) : undefined)
  const isHolder = (member: unknown): member is object => typeof member === 'object' && member !== null
  const rest = {
    path: place.path,
    field: place.field,
    depth: place.depth,
    name: place.name ?? '',
    change,
    isPart: fate !== undefined,
  }
  if (!isHolder(value)) {
    const was = change === 'changed' ? textOf(before?.value) : undefined
    return [{ ...rest, kind: kindOf(value), text: textOf(value), before: was }]
  }
  const other = after !== undefined && before !== undefined && isHolder(before.value) ? before.value : {}
  const keys = [...new Set([...Object.keys(value), ...Object.keys(other)])]
  const isList = Array.isArray(value)
  const own: Node = {
    ...rest,
    kind: isList ? 'list' : 'object',
    text: keys.length === 0 ? (isList ? '[ ]' : '{ }') : undefined,
    before: undefined,
  }
  const within = change === 'added' || change === 'removed' ? { fate: change } : {}
  const isWithin = isCompared && after !== undefined && before !== undefined
  return [
    own,
    ...keys.flatMap(name =>
      walk(
        member(value, name),
        isWithin ? member(other, name) : undefined,
        { ...placeOf(place, name, isList), ...within },
        isWithin,
      ),
    ),
  ]
}

function placeOf({ path, field, depth }: Place, name: string, isItem: boolean): Place {
  if (isItem) return { path: `${path}[${name}]`, field, depth: depth + 1, name }
  const dot = path === '' ? '' : '.'
  return { path: `${path}${dot}${name}`, field: field === '' ? name : `${field}.${name}`, depth: depth + 1, name }
}

function member(holder: object, name: string): Shown {
  return Object.hasOwn(holder, name) ? { value: (holder as Record<string, unknown>)[name] } : undefined
}

function changeOf(after: Shown, before: Shown): Node['change'] {
  if (after === undefined) return 'removed'
  if (before === undefined) return 'added'
  const isSame = JSON.stringify(after.value) === JSON.stringify(before.value)
  const areHolders = [after.value, before.value].every(one => typeof one === 'object' && one !== null)
  return isSame || areHolders ? undefined : 'changed'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function kindOf(value: unknown): Node['kind'] {
  if (value === null || value === '') return 'empty'
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' ? 'number' : 'word'
}
