import { ASSOCIATIONS, type ObjectName } from '../objects.ts'

export interface Place {
  object: ObjectName
  id: string
}

interface Link {
  from: Place
  to: Place
  primary: boolean
}

export interface Associated {
  id: string
  primary: boolean
}

export type SandboxAssociations = ReturnType<typeof createAssociations>

/** What records are associated with; seen from both sides, one company per record is the primary one. */
export function createAssociations() {
  let links: Link[] = []

  const others = (place: Place, object: ObjectName): Associated[] =>
    links.flatMap(({ from, to, primary }) => {
      if (same(from, place) && to.object === object) return [{ id: to.id, primary }]
      return same(to, place) && from.object === object ? [{ id: from.id, primary }] : []
    })

  const remove = (a: Place, b: Place): void => {
    links = links.filter(({ from, to }) => !((same(from, a) && same(to, b)) || (same(from, b) && same(to, a))))
  }

  /** Returns whether the type id is one of this pair's. */
  const add = (from: Place, to: Place, typeId: number): boolean => {
    const type = ASSOCIATIONS[from.object][to.object]
    if (type === undefined || (typeId !== type.typeId && typeId !== type.primary)) return false
    const primary = typeId === type.primary
    const before = others(from, to.object).find(({ id }) => id === to.id)
    if (primary)
      for (const link of links) if (same(link.from, from) && link.to.object === to.object) link.primary = false
    remove(from, to)
    links.push({ from, to, primary: primary || before?.primary === true })
    return true
  }

  /** What a record had is the survivor's after a merge. */
  const move = (from: Place, to: Place): void => {
    for (const link of links) {
      if (same(link.from, from)) link.from = to
      if (same(link.to, from)) link.to = to
    }
  }

  return { others, add, remove, move }
}

function same(a: Place, b: Place): boolean {
  return a.object === b.object && a.id === b.id
}
