import { allReads, type Flow, isAnything, isOnly } from './flow/flow.ts'

/** Where a field of the target comes from. */
export interface FieldLineage {
  /** Such as `person.email`; a list's items have its path. */
  readonly target: string
  /** Paths in the source that its value is made of; `$remoteId` and the like are variables of the run. */
  readonly reads: readonly string[]
  /** Paths that decide what it is or whether it is there. */
  readonly decidedBy: readonly string[]
}

/** The lineage of every field that a mapping gives, in the order in which it gives them. */
export function lineageOf(result: Flow): readonly FieldLineage[] {
  return fieldsOf(result, '', [])
}

function fieldsOf(flow: Flow, target: string, deciding: readonly string[]): readonly FieldLineage[] {
  const decidedBy = [...new Set([...deciding, ...flow.decidedBy])]
  const members = flow.members ?? (flow.item?.reads.size === 0 ? flow.item.members : undefined)
  if (members !== undefined && flow.reads.size === 0 && !isAnything(flow) && members.names.length > 0)
    return members.names.flatMap(name => {
      const member = members.get(name)
      return member === undefined ? [] : fieldsOf(member, target === '' ? name : `${target}.${name}`, decidedBy)
    })
  if (isOnly(flow, 'nothing') || target === '') return []
  const reads = [...allReads(flow)]
  return [{ target, reads, decidedBy: decidedBy.filter(path => !reads.includes(path)) }]
}
