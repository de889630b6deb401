import type { StrongKey } from '#rules/identity/identity.ts'
import type { WeakEvidence } from './matching/evidence.ts'

/** A source record on its way to a golden record. */
export interface Candidate {
  entity: string
  keys: readonly StrongKey[]
  /** Where its remote record is linked already. */
  goldenId: string | undefined
  /** The golden record of the remote record that the vendor merged this one into. */
  aliasGoldenId?: string | undefined
  /** Where matching is on. */
  weak?: WeakEvidence | undefined
}

/** Records and golden records that evidence holds together. */
export interface Component {
  candidates: number[]
  goldenIds: string[]
}

/** One text per strong key; equal texts are the same key. */
export function keyId(entity: string, key: { kind: string; value: string }): string {
  return `${entity}\n${key.kind}\n${key.value}`
}

/**
 * Joins candidates that share a strong key, and the golden records that own their keys, hold their remote records or match.
 * `owners` says which golden record owns a key. Golden ids come sorted, so the first is the oldest.
 */
export function groupCandidates(candidates: readonly Candidate[], owners: ReadonlyMap<string, string>): Component[] {
  const parent = new Map<string, string>()
  function find(node: string): string {
    let root = node
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next
    parent.set(node, root)
    return root
  }
  function join(left: string, right: string): void {
    const [a, b] = [find(left), find(right)]
    if (a !== b) parent.set(a, b)
    parent.set(b, b)
  }
  const goldens = new Set<string>()
  for (const [index, candidate] of candidates.entries()) {
    const node = `candidate ${index}`
    find(node)
    const owned = candidate.keys.map(key => owners.get(keyId(candidate.entity, key)))
    for (const goldenId of [
      candidate.goldenId,
      candidate.aliasGoldenId,
      ...owned,
      ...(candidate.weak?.links.keys() ?? []),
    ]) {
      if (goldenId === undefined) continue
      goldens.add(goldenId)
      join(node, `golden ${goldenId}`)
    }
    for (const key of candidate.keys) join(node, `key ${keyId(candidate.entity, key)}`)
    for (const peer of candidate.weak?.peers.keys() ?? []) join(node, `candidate ${peer}`)
  }
  const components = new Map<string, Component>()
  function componentOf(node: string): Component {
    const root = find(node)
    const component = components.get(root) ?? { candidates: [], goldenIds: [] }
    components.set(root, component)
    return component
  }
  for (const index of candidates.keys()) componentOf(`candidate ${index}`).candidates.push(index)
  for (const goldenId of [...goldens].sort()) componentOf(`golden ${goldenId}`).goldenIds.push(goldenId)
  return [...components.values()]
}

/** The first exclusive key kind of which both sides hold values, but none in common: they contradict "the same customer". */
export function contradiction(
  left: readonly StrongKey[],
  right: readonly StrongKey[],
): { kind: string; left: string; right: string } | undefined {
  for (const mine of left) {
    if (!mine.exclusive) continue
    const theirs = right.filter(key => key.kind === mine.kind)
    const ours = left.filter(key => key.kind === mine.kind)
    const [other] = theirs
    if (other === undefined || theirs.some(key => ours.some(own => own.value === key.value))) continue
    return { kind: mine.kind, left: mine.value, right: other.value }
  }
  return undefined
}
