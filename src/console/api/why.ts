import { isJsonObject } from '#model/json.ts'
import type { components } from '../api.gen.ts'

type Why = components['schemas']['Why']
type State = components['schemas']['DeliveryState']

/** What is known about a delivery and its surroundings when somebody asks why. */
export interface WhyFacts {
  delivery: {
    system: string
    object: string
    goldenId: string
    state: State
    reason: string | null
    detail: unknown
    failures: number
    dueAt: string | null
    failingSince: string | null
    /** A call for it is under way. */
    sending: boolean
  }
  systemState: { state: string; reason: string | null; breaker: string }
  /** The chain of parents it waits on, nearest first; the last one is the root cause. */
  parents: readonly { goldenId: string; entity: string; state: State | 'unplanned'; reason: string | null }[]
  lastAttempt: { id: string; outcome: string; status: number | null; at: string } | undefined
}

/** Explains a delivery down to its root cause, and says what a person can do. Pure: facts in, words out. */
export function explainDelivery(facts: WhyFacts): Why {
  const { delivery } = facts
  const place = `${delivery.system}/${delivery.object}`
  const steps: string[] = []
  const next: string[] = []
  if (facts.systemState.state !== 'active') {
    steps.push(`System ${delivery.system} is ${facts.systemState.state}${because(facts.systemState.reason)}.`)
    next.push(
      facts.systemState.state === 'disconnected'
        ? `Correct the credentials of ${delivery.system}, then: patchbay systems resume ${delivery.system}`
        : `patchbay systems resume ${delivery.system}`,
    )
  } else if (facts.systemState.breaker !== 'closed') {
    steps.push(
      `The circuit breaker of ${delivery.system} is ${facts.systemState.breaker}: calls to it kept failing. It is probed by itself.`,
    )
  }
  const summary = STATES[delivery.state](place, delivery, steps, next, facts)
  if (facts.lastAttempt && delivery.state !== 'synced') {
    const { id, outcome, status, at } = facts.lastAttempt
    steps.push(
      `The last attempt (${at}) ended ${outcome}${status === null ? '' : ` with status ${status}`}; see attempt ${id}.`,
    )
  }
  return { state: delivery.state, summary, steps, next }
}

type Explain = (
  place: string,
  delivery: WhyFacts['delivery'],
  steps: string[],
  next: string[],
  facts: WhyFacts,
) => string

const STATES: Readonly<Record<State, Explain>> = {
  pending: (place, delivery) =>
    delivery.sending ? `A call to ${place} is under way.` : `It waits for its turn at ${place}.`,
  submitted: place => `${place} took it as a job; the hub asks for its result.`,
  synced: place => `${place} holds this content.`,
  absent: (place, delivery) => `It is not at ${place} and must not be${because(delivery.reason)}.`,
  retrying: (place, delivery, steps) => {
    steps.push(
      `It failed ${delivery.failures} times${delivery.failingSince === null ? '' : ` since ${delivery.failingSince}`}${because(delivery.reason)}.`,
    )
    return `The call to ${place} failed and is tried again at ${delivery.dueAt ?? 'once the system is back'}.`
  },
  unknown: (place, delivery, steps) => {
    steps.push(`The last call may have been written${because(delivery.reason)}: it is looked up before another create.`)
    return `Whether ${place} holds it is not known yet.`
  },
  waiting: (place, delivery, steps, next, facts) => {
    for (const parent of facts.parents) {
      steps.push(
        `It waits on ${parent.entity} ${parent.goldenId}, which is ${parent.state} at ${delivery.system}${because(parent.reason)}.`,
      )
    }
    const root = facts.parents.at(-1)
    if (root?.state === 'dead') next.push(`Settle the root cause first: patchbay why ${root.goldenId}`)
    return root
      ? `It waits until ${root.entity} ${root.goldenId} is at ${delivery.system}.`
      : `It waits${because(delivery.reason)}.`
  },
  held: (place, delivery, steps, next) => {
    if (delivery.reason === 'no_route') {
      next.push('Put its route back into patchbay.yaml and start again, or leave it')
      return `It is held before ${place}: its route is no longer in the configuration.`
    }
    const cause = textOf(delivery.detail, 'cause')
    if (cause !== undefined) steps.push(`The brake is on: ${cause} would change too many records at once.`)
    next.push(`Look at what would change: patchbay release ${place}; then the same with --yes, or patchbay discard`)
    return `It is held before ${place}${because(delivery.reason)}.`
  },
  frozen: (place, delivery, steps, next) => {
    const members = membersOf(delivery.detail)
    if (members !== undefined)
      steps.push(`It went back and forth more than 5 times in an hour: ${members}. Find out who else writes it.`)
    next.push(`patchbay deliveries release --system ${delivery.system} --golden-id ${delivery.goldenId}`)
    return `It is frozen${because(delivery.reason)}: ${place} keeps what it has.`
  },
  dead: (place, delivery, steps, next) => {
    const message = messageOf(delivery.detail)
    if (message !== undefined) steps.push(message)
    next.push(
      `Correct the record, the mapping or ${delivery.system}; a changed content is tried by itself`,
      `Or try it again as it is: patchbay deliveries retry --system ${delivery.system} --golden-id ${delivery.goldenId}`,
    )
    return `${place} does not take it${because(delivery.reason)}; a person is needed.`
  },
}

function because(reason: string | null): string {
  return reason === null || reason === '' ? '' : ` (${reason})`
}

function messageOf(detail: unknown): string | undefined {
  return typeof detail === 'string' ? detail : textOf(detail, 'message')
}

function textOf(detail: unknown, member: string): string | undefined {
  const value = isJsonObject(detail) ? detail[member] : undefined
  return typeof value === 'string' ? value : undefined
}

function membersOf(detail: unknown): string | undefined {
  const members = isJsonObject(detail) ? detail['members'] : undefined
  return Array.isArray(members) ? members.map(member => JSON.stringify(member)).join(', ') : undefined
}
