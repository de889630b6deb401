import { isJsonObject } from '#model/json.ts'
import type { components } from '../../api.gen.ts'
import type { WhyFacts } from './why-facts.ts'

type State = components['schemas']['DeliveryState']

/** The one answer, what lies behind it, and what a person can do. */
export interface Answer {
  summary: string
  steps?: readonly string[]
  next?: readonly string[]
}

type Explain = (facts: WhyFacts & { place: string }) => Answer

const NO_REASON = ''

/**
 * An answer for every state and reason that a delivery can have; '' is a state without a reason. tests/console/why.test.ts
 * holds it against the code that gives them.
 */
export const REASONS: Readonly<Record<State, Readonly<Record<string, Explain>>>> = {
  pending: {
    [NO_REASON]: ({ place, delivery }) => ({
      summary: delivery.sending ? `A call to ${place} is under way.` : `It waits for its turn at ${place}.`,
    }),
    disconnected: ({ place, delivery }) => ({
      summary: `It waits for its turn at ${place}: the last call found the credentials refused.`,
      next: [`Correct the credentials of ${delivery.system}, then: patchbay systems resume ${delivery.system}`],
    }),
    resolving: ({ place }) => ({
      summary: `It waits for a moment before ${place}: what that system said last is still being resolved.`,
    }),
    deleted: ({ place }) => ({
      summary: `The hub had removed it from ${place}; it is on its route again, and is about to be made anew there.`,
    }),
    route_exit: ({ place }) => ({ summary: `It left its route, and is about to be removed from ${place}.` }),
    source_deleted: ({ place }) => ({
      summary: `Every source of the customer was deleted, and it is about to be removed from ${place}.`,
    }),
  },
  waiting: {
    parent: waitsOnParent,
    first_link: waitsOnFirstLink,
    read_back: ({ place }) => ({
      summary: `It waits until the record that ${place} already has was read, so that nothing there is overwritten unseen.`,
    }),
  },
  retrying: {
    throttled: ({ place, delivery }) => ({
      summary: `${place} asked for a pause; it is tried again at ${delivery.dueAt ?? 'once the system is back'}.`,
      steps: withMessage(delivery.detail),
    }),
    failed: ({ place, delivery }) => ({
      summary: `The call to ${place} failed and is tried again at ${delivery.dueAt ?? 'once the system is back'}.`,
      steps: [
        `It failed ${delivery.failures} times${delivery.failingSince === null ? '' : ` since ${delivery.failingSince}`}.`,
        ...withMessage(delivery.detail),
      ],
    }),
    exists: ({ place, delivery }) => ({
      summary: `${place} has another record with a value that must be unique there; it is tried again at ${delivery.dueAt ?? 'once the system is back'}.`,
      steps: withMessage(delivery.detail),
      next: ['Merge the two records in the system, or correct the value in one of them'],
    }),
    taken: ({ place, delivery }) => ({
      summary: `${place} shows this customer in a remote record of another golden record, which is about to change there; it is tried again at ${delivery.dueAt ?? 'once the system is back'}.`,
      steps: withMessage(delivery.detail),
    }),
  },
  submitted: { job: ({ place }) => ({ summary: `${place} took it as a job; the hub asks for its result.` }) },
  unknown: { [NO_REASON]: isUnknown, unknown: isUnknown },
  held: {
    brake: ({ place, delivery }) => ({
      summary: `It is held before ${place}: the brake is on.`,
      steps: [
        `${textOf(delivery.detail, 'cause') ?? 'One cause'} would change too many records at once: the brake is on.`,
      ],
      next: [`Look at what would change: patchbay release ${place}; then the same with --yes, or patchbay discard`],
    }),
    no_route: ({ place }) => ({
      summary: `It is held before ${place}: its route is no longer in the configuration.`,
      next: ['Put its route back into patchbay.yaml and start again, or leave it'],
    }),
  },
  frozen: {
    route_exit: ({ place }) => ({
      summary: `It is frozen: it left its route (route_exit), and ${place} keeps what it has. It goes on when it is back on its route.`,
    }),
    source_deleted: ({ place }) => ({
      summary: `It is frozen: every source of the customer was deleted, and ${place} keeps what it has.`,
    }),
    discarded: ({ place, delivery }) => ({
      summary: `It is frozen: a person discarded this change, and ${place} keeps what it has until the customer changes again.`,
      next: [releaseOf(delivery)],
    }),
    flip_flop: ({ place, delivery }) => ({
      summary: `It is frozen (flip_flop): ${place} keeps what it has.`,
      steps: [
        `It went back and forth more than 5 times in an hour: ${membersOf(delivery.detail)}. Find out who else writes it.`,
      ],
      next: [releaseOf(delivery)],
    }),
  },
  synced: {
    [NO_REASON]: ({ place, delivery }) => ({
      summary: delivery.sending ? `A call to ${place} is under way.` : `${place} holds this content.`,
    }),
  },
  absent: {
    deleted_there: absent('its own people deleted it there, so it is not created again'),
    deleted: absent('the hub deleted it there'),
    archived: absent('the hub archived it there'),
    never_written: absent('it was to be removed, and was never written there'),
    no_route: absent('its route is no longer in the configuration'),
    mapping_empty: absent('the outbound mapping gives nothing for it'),
    merged: ({ place, delivery }) => ({
      summary: `It is not at ${place}: its golden record was merged into another one.`,
      next: [`patchbay why ${textOf(delivery.detail, 'into') ?? 'ID'}`],
    }),
    withdrawn: absent('every source of the customer was deleted'),
    erased: absent('the person was erased'),
    route_exit: absent('it left its route before it was written'),
    source_deleted: absent('every source of the customer was deleted before it was written'),
  },
  dead: {
    rejected: dead(
      'refuses the content',
      'Correct the record at its source or the mapping; a changed content is tried by itself',
    ),
    unknown: dead('may or may not hold it, and cannot be asked', 'Look there; a retry looks first where it can'),
    no_mapping: dead('gets nothing, since its outbound mapping is missing', 'Add the mapping and start again'),
    mapping_failed: dead('gets nothing, since its outbound mapping failed', 'Correct the mapping and start again'),
    mapping_shape: dead(
      'gets nothing, since its outbound mapping gave no object',
      'Correct the mapping and start again',
    ),
    internal_error: dead('gets nothing, by a mistake of the hub', 'Keep the log line and report it'),
    taken: dead('keeps this customer in a remote record of another golden record', 'Merge the two, or correct them'),
  },
}

/** Its parents, down to the root cause. */
function waitsOnParent({ delivery, parents, link }: WhyFacts): Answer {
  const steps = parents.map(
    parent =>
      `It waits on ${parent.entity} ${parent.goldenId}, which is ${parent.state} at ${delivery.system}${because(parent.reason)}.`,
  )
  const root = parents.at(-1)
  if (root === undefined) return { summary: 'What it waits on is there by now; it is looked at again.', steps }
  const next = []
  if (root.state === 'dead') next.push(`Settle the root cause first: patchbay why ${root.goldenId}`)
  if (root.reason === 'first_link' || link.state !== 'live') next.push(`patchbay link ${delivery.system}`)
  return { summary: `It waits until ${root.entity} ${root.goldenId} is at ${delivery.system}.`, steps, next }
}

const LINK_STATES: Readonly<Record<WhyFacts['link']['state'], string>> = {
  new: 'its first link was not started',
  loading: 'what it holds is being loaded',
  review: 'a person must review and apply its first link',
  live: 'it is live since a moment ago, and this follows',
}

/** Nothing is written before the (system, object) is live. */
function waitsOnFirstLink({ place, delivery, link }: WhyFacts & { place: string }): Answer {
  const would = textOf(delivery.detail, 'would')
  return {
    summary: `Nothing is written to ${place} yet: ${LINK_STATES[link.state]}.`,
    steps: would === undefined ? [] : [`Applied, it would ${would} the record: ${membersOf(delivery.detail)}.`],
    next: link.state === 'live' ? [] : [`patchbay link ${place}${link.state === 'review' ? ' --apply' : ''}`],
  }
}

function isUnknown({ place, delivery }: WhyFacts & { place: string }): Answer {
  return {
    summary: `Whether ${place} holds it is not known yet.`,
    steps: [
      'The last call may have been written: it is looked up before another create.',
      ...withMessage(delivery.detail),
    ],
  }
}

function absent(why: string): Explain {
  return ({ place }) => ({ summary: `It is not at ${place} and must not be: ${why}.` })
}

function dead(what: string, mend: string): Explain {
  return ({ place, delivery }) => ({
    summary: `${place} ${what}${because(delivery.reason)}; a person is needed.`,
    steps: withMessage(delivery.detail),
    next: [
      mend,
      `Or try it again as it is: patchbay deliveries retry --system ${delivery.system} --golden-id ${delivery.goldenId}`,
    ],
  })
}

function releaseOf({ system, goldenId }: WhyFacts['delivery']): string {
  return `patchbay deliveries release --system ${system} --golden-id ${goldenId}`
}

export function because(reason: string | null): string {
  return reason === null || reason === '' ? '' : ` (${reason})`
}

function withMessage(detail: unknown): string[] {
  const message = typeof detail === 'string' ? detail : textOf(detail, 'message')
  return message === undefined ? [] : [message]
}

function textOf(detail: unknown, member: string): string | undefined {
  const value = isJsonObject(detail) ? detail[member] : undefined
  return typeof value === 'string' ? value : undefined
}

function membersOf(detail: unknown): string {
  const members = isJsonObject(detail) ? detail['members'] : undefined
  if (!Array.isArray(members) || members.length === 0) return 'the whole record'
  return members.map(member => JSON.stringify(member)).join(', ')
}
