import type { JsonObject } from '#model/json.ts'
import type { Decision } from '../decide/decision.ts'
import { type Flips, judgeFlips } from '../decide/flips.ts'

/** What may keep a delivery from being written although the decision is to write it. */
export interface Restraints {
  /** First link of the (system, object): before `live` nothing is written there. */
  linkState: 'new' | 'loading' | 'review' | 'live'
  /** The cause whose brake holds this delivery. */
  brake: string | undefined
  /** Of this delivery, as it is stored. */
  flips: Flips
  /** The last acknowledged document. */
  sent: JsonObject | undefined
  /** The last call was not acknowledged: what it told is told again. */
  isAgain: boolean
  nowMs: number
}

/** The delivery is not written now, and why. */
export interface Rest {
  kind: 'rest'
  state: 'waiting' | 'held' | 'frozen'
  reason: 'first_link' | 'brake' | 'flip_flop'
  /** Undefined while it cannot be told yet: what is there is still being loaded. */
  detail: JsonObject | undefined
}

export interface Restrained {
  decision: Decision | Rest
  /** To be stored with the lease or the rest; undefined: as they are. */
  flips: Flips | undefined
  /** Members that are frozen from now on. */
  frozen: readonly string[]
}

/**
 * What becomes of a decision under what restrains it: the decision, perhaps for fewer members, or a rest. Pure. Decisions
 * without a call pass: what is in sync, absent or dead is so whatever restrains writing. So do polls of a job under way.
 */
export function restrain(decision: Decision, restraints: Restraints): Restrained {
  if (decision.kind !== 'write' && decision.kind !== 'remove') return { decision, flips: undefined, frozen: [] }
  if (restraints.linkState !== 'live')
    return resting('waiting', 'first_link', restraints.linkState === 'review' ? wouldDo(decision) : undefined)
  if (restraints.brake !== undefined && changesExisting(decision))
    return resting('held', 'brake', { ...wouldDo(decision), cause: restraints.brake })
  return decision.kind === 'write' ? withoutFlips(decision, restraints) : { decision, flips: undefined, frozen: [] }
}

/** A change or removal of a remote record that is there: what the brake counts. */
export function changesExisting(decision: Decision | Rest): boolean {
  return decision.kind === 'remove' || (decision.kind === 'write' && decision.remoteId !== undefined)
}

/** What a person is shown before it is let through. Members only: values are read when they are asked for. */
function wouldDo(decision: Decision & { kind: 'write' | 'remove' }): JsonObject {
  if (decision.kind === 'remove') return { would: 'remove', members: [] }
  return { would: decision.remoteId === undefined ? 'create' : 'change', members: Object.keys(decision.changed) }
}

function resting(state: Rest['state'], reason: Rest['reason'], detail: Rest['detail']): Restrained {
  return { decision: { kind: 'rest', state, reason, detail }, flips: undefined, frozen: [] }
}

/** Members that flip stay as they were sent; the others go. */
function withoutFlips(decision: Decision & { kind: 'write' }, restraints: Restraints): Restrained {
  const { sent } = restraints
  if (decision.remoteId === undefined || sent === undefined) return { decision, flips: undefined, frozen: [] }
  const { flips, frozen, fresh } = judgeFlips(restraints.flips, decision.changed, sent, restraints)
  if (frozen.length === 0) return { decision, flips, frozen: [] }
  const changed = { ...decision.changed }
  const document = { ...decision.document }
  for (const member of frozen) {
    delete changed[member]
    const held = sent[member]
    if (held === undefined) delete document[member]
    else document[member] = held
  }
  const rest = Object.keys(changed).length === 0
  return {
    decision: rest
      ? { kind: 'rest', state: 'frozen', reason: 'flip_flop', detail: { members: [...frozen] } }
      : { ...decision, changed, document, frozen },
    flips,
    frozen: fresh,
  }
}
