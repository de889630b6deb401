import type { Json } from '#model/json.ts'
import { choices, latestConsent, mostRecent, type Candidate } from './survivorship.ts'
import type { Slot } from './statement.ts'

/** A living source record with the possible states of its slots (`field`, or `tags#red` for an element). */
export interface SourceRecord {
  system: string
  object: string
  remoteId: string
  priority: number
  slots: ReadonlyMap<string, readonly Slot[]>
}

export interface Policy {
  skewToleranceMs: number
}

export type SlotKind = 'value' | 'element' | 'consent'

/** The values that a slot of a golden record may rightly have; `undefined` among them: nobody asserts anything. */
export function goldenSlot(
  name: string,
  kind: SlotKind,
  sources: readonly SourceRecord[],
  policy: Policy,
): (Json | undefined)[] {
  const lists = sources.flatMap(source => {
    const states = source.slots.get(name)
    return states === undefined ? [] : [states.map(state => candidateOf(source, state))]
  })
  const values = choices(lists).map(chosen => {
    const candidates = chosen.filter(candidate => candidate !== undefined)
    if (candidates.length === 0) return undefined
    return kind === 'consent' ? latestConsent(candidates) : mostRecent(candidates, policy.skewToleranceMs)
  })
  return [...new Map(values.map(value => [JSON.stringify(value), value])).values()]
}

function candidateOf({ system, object, remoteId, priority }: SourceRecord, slot: Slot): Candidate | undefined {
  return slot.asserted === undefined ? undefined : { system, object, remoteId, priority, assertion: slot.asserted }
}
