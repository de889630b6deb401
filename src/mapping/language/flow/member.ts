import type { Findings } from './finding.ts'
import { anything, canBe, type Flow, decidedAlike, isAnything, itemsOf, nothing, orNothing, severalOf } from './flow.ts'
import { memberPath } from './source.ts'

/** What a name gives on a context: the member of an object, of each where there are several. */
export function memberFlow(context: Flow, name: string, findings: Findings, position: number | undefined): Flow {
  const item = itemsOf(context)
  if (item === undefined) return nothing
  const member = decidedAlike(memberOf(item, name, findings, position), item)
  const isSeveral = !isAnything(context) && canBe(context, 'list')
  const found = isSeveral ? severalOf(member) : member
  return canBe(context, 'nothing') ? orNothing(found) : found
}

function memberOf(item: Flow, name: string, findings: Findings, position: number | undefined): Flow {
  const paths = new Set([...item.reads].map(path => memberPath(path, name)))
  if (isAnything(item)) return anything(paths, item.decidedBy)
  const { members } = item
  const member = members?.get(name)
  if (member !== undefined) return canBe(item, 'nothing') || item.kinds.size > 1 ? orNothing(member) : member
  if (members?.isOpen ?? canBe(item, 'object')) return anything(paths, item.decidedBy)
  if (item.kinds.has('null') && item.kinds.size === 1) return nothing
  const place = paths.size === 1 ? ` (${[...paths].join('')})` : ''
  const near = members === undefined ? undefined : closest(name, members.names)
  const about = { level: 'warning', position } as const
  if (members === undefined) findings.add('nothing_to_read', { name, place }, about)
  else if (near === undefined) findings.add('field_unknown', { name, place }, about)
  else findings.add('field_misspelt', { name, place, near }, about)
  return nothing
}

/** The one of the names that may have been meant. */
export function closest(name: string, names: readonly string[]): string | undefined {
  return names.find(other => distanceAtMostTwo(name.toLowerCase(), other.toLowerCase()))
}

/** Whether few edits make one of the other: a slip of the fingers, or another way to write the words. */
function distanceAtMostTwo(a: string, b: string): boolean {
  const [one, other] = [a.replaceAll(/[_-]/g, ''), b.replaceAll(/[_-]/g, '')]
  if (Math.abs(one.length - other.length) > 2) return false
  if (one.length < 4) return one === other
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (one.charAt(i - 1) === other.charAt(j - 1) ? 0 : 1),
        ),
      )
    row = next
  }
  return (row[other.length] ?? 9) <= 2
}
