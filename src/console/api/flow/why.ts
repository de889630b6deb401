import type { components } from '../../api.gen.ts'
import type { WhyFacts } from './why-facts.ts'
import { type Answer, because, REASONS } from './why-reasons.ts'

type Why = components['schemas']['Why']
type State = components['schemas']['DeliveryState']

/** States in which the next step is a call: what keeps the system from being called keeps them. */
const CALLS_NEXT: readonly State[] = ['pending', 'retrying', 'submitted', 'unknown']

/** Explains a delivery down to its root cause, and says what a person can do. Pure: facts in, words out. */
export function explainDelivery(facts: WhyFacts): Why {
  const { delivery } = facts
  const own = ownAnswer(facts)
  const outer = systemAnswer(facts)
  const keeps = outer !== undefined && CALLS_NEXT.includes(delivery.state) && !delivery.sending
  const answers = outer === undefined ? [own] : keeps ? [outer, own] : [own, outer]
  const [first = own, ...others] = answers
  const steps = [...(first.steps ?? []), ...others.flatMap(other => [other.summary, ...(other.steps ?? [])])]
  if (facts.lastAttempt && delivery.state !== 'synced') {
    const { id, outcome, status, at } = facts.lastAttempt
    steps.push(
      `The last attempt (${at}) ended ${outcome}${status === null ? '' : ` with status ${status}`}; see attempt ${id}.`,
    )
  }
  return {
    state: delivery.state,
    summary: first.summary,
    steps,
    next: [...new Set(answers.flatMap(({ next = [] }) => next))],
  }
}

function ownAnswer(facts: WhyFacts): Answer {
  const { state, reason, system, object } = facts.delivery
  const place = `${system}/${object}`
  const explain = REASONS[state][reason ?? '']
  // A reason of an older or newer build: nothing better is known of it.
  if (explain === undefined) return { summary: `Its state at ${place} is ${state}${because(reason)}.` }
  return explain({ ...facts, place })
}

/** What keeps the system from being called at all. */
function systemAnswer({ delivery: { system }, systemState }: WhyFacts): Answer | undefined {
  const { state, reason, breaker, quota } = systemState
  if (state === 'disconnected') {
    return {
      summary: `System ${system} is disconnected${because(reason)}.`,
      next: [`Correct the credentials of ${system}, then: patchbay systems resume ${system}`],
    }
  }
  if (state !== 'active')
    return { summary: `System ${system} is ${state}${because(reason)}.`, next: [`patchbay systems resume ${system}`] }
  if (breaker !== 'closed') {
    return {
      summary: `The circuit breaker of ${system} is ${breaker}: calls to it kept failing. It is probed by itself.`,
    }
  }
  if (quota === undefined || quota.calls < quota.perDay) return undefined
  return { summary: `The daily quota of ${system} is used up (${quota.perDay} calls); it goes on at midnight UTC.` }
}
