/** One drawn arrow: from a state to a state, and what causes it. `[*]` is the beginning. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly causes: readonly string[]
}

export interface StateDiagram {
  readonly states: ReadonlySet<string>
  readonly arrows: readonly Arrow[]
}

/**
 * Reads a mermaid `stateDiagram-v2` of the kind that docs/architecture.md has: groups of states, and arrows with a
 * comma-separated list of causes; what stands in parentheses explains. An arrow from a group stands for one from each
 * of its states, except from a state to itself.
 */
export function readStateDiagram(text: string): StateDiagram {
  const groups = new Map<string, string[]>()
  const states = new Set<string>()
  const drawn: Arrow[] = []
  let group: string[] | undefined
  for (const line of text.split('\n').map(part => part.trim())) {
    const opening = /^state (\w+) \{$/.exec(line)?.[1]
    const arrow = /^(\S+) --> (\S+) : (.+)$/.exec(line)
    if (opening !== undefined) groups.set(opening, (group = []))
    else if (line === '}') group = undefined
    else if (group !== undefined) group.push(line)
    else if (arrow !== null) drawn.push(readArrow(arrow))
    else if (line !== '' && line !== 'stateDiagram-v2') throw new Error(`not understood: ${line}`)
  }
  const members = (name: string): readonly string[] => groups.get(name) ?? [name]
  const arrows = drawn.flatMap(({ from, to, causes }) =>
    members(from)
      .filter(state => state !== to)
      .map(state => ({ from: state, to, causes })),
  )
  for (const state of [...groups.values()].flat()) states.add(state)
  for (const { from, to } of arrows) for (const state of [from, to]) if (state !== '[*]') states.add(state)
  return { states, arrows }
}

function readArrow(match: RegExpExecArray): Arrow {
  const [, from = '', to = '', label = ''] = match
  const causes = label.replaceAll(/\([^)]*\)/g, '').split(',')
  return { from, to, causes: causes.map(cause => cause.trim()) }
}

/** The arrows of one cause (all without), as sorted lines `from -> to`. */
export function arrowLines(diagram: StateDiagram, ...causes: readonly string[]): string[] {
  const wanted = diagram.arrows.filter(
    arrow => causes.length === 0 || arrow.causes.some(cause => causes.includes(cause)),
  )
  return sortedLines(wanted.map(({ from, to }) => [from, to]))
}

/** Distinct lines `from -> to`, sorted; what stays as it is moves nowhere and is left out. */
export function sortedLines(pairs: Iterable<readonly [from: string, to: string]>): string[] {
  return [...new Set([...pairs].filter(([from, to]) => from !== to).map(([from, to]) => `${from} -> ${to}`))].sort()
}
