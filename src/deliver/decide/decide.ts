import type { RouteConfig } from '#config/config.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { writesTo } from '#rules/statement/shadow.ts'
import type { DueDelivery, ResolvedLink } from '../claim/claim.ts'
import { carriedFields } from './carried.ts'
import { compareDocument, difference, documentOf, type RemoteView } from './document.ts'
import type { DecideContext, Decision } from './decision.ts'
import { decideLeaving } from './leave.ts'
import { linksOf, outboundOf } from './outbound.ts'
import { keptThere, ownEdits, seenFields } from './own-edits.ts'

/** Why a delivery waits for what its remote record holds. */
export const READ_BACK = 'read_back'

/** Stage 5's decision for one delivery: pure, from what was claimed with it. */
export function decideDelivery(delivery: DueDelivery, context: DecideContext): Decision {
  if (delivery.remote?.tombstone === true)
    return { kind: 'absent', reason: delivery.remote.tombstoneBy === 'hub' ? 'deleted' : 'deleted_there' }
  if (delivery.state === 'submitted' && delivery.job !== undefined) return { kind: 'poll', ...delivery.job }
  if (context.route === undefined) return { kind: 'hold', reason: 'no_route' }
  if (delivery.action !== 'upsert') return decideLeaving(delivery, context)
  if (delivery.golden.state !== 'active') return { kind: 'absent', reason: delivery.golden.state }
  const parents = delivery.links.filter(link => mustWaitFor(link) && !context.cyclic.has(link.goldenId))
  if (parents.length > 0) return { kind: 'wait', parents }
  return decideWrite(delivery, context.route, context)
}

/** A parent that is routed to the system is written first; one that will never be there is left out. */
function mustWaitFor(link: ResolvedLink): boolean {
  if (link.remoteId !== undefined || link.delivery === undefined) return false
  const { state, reason } = link.delivery
  return state !== 'absent' && state !== 'frozen' && !(state === 'held' && reason === 'no_route')
}

function decideWrite(delivery: DueDelivery, route: RouteConfig, context: DecideContext): Decision {
  const { mapping } = context
  if (mapping === undefined) {
    return {
      kind: 'dead',
      reason: 'no_mapping',
      detail: { mapping: route.mapping, message: `There is no mapping ${route.mapping}; add it and retry.` },
    }
  }
  const outbound = outboundOf(delivery, mapping, context)
  const result = outbound.run(delivery.golden.fields)
  if (!result.ok) {
    const { ok: _, ...failure } = result
    return { kind: 'dead', reason: 'mapping_failed', detail: { mapping: mapping.name, ...failure } }
  }
  const document = documentOf(result.value as Json | undefined)
  if (document === undefined) return { kind: 'absent', reason: 'mapping_empty' }
  if (document === 'not_an_object') {
    return {
      kind: 'dead',
      reason: 'mapping_shape',
      detail: { mapping: mapping.name, message: 'An outbound mapping must give an object.' },
    }
  }
  const { remote } = delivery
  const isNews = remote !== undefined && remote.sent === undefined && delivery.source === undefined
  // What was asked for once and did not come is not waited for for ever.
  if (isNews && context.reads && delivery.reason !== READ_BACK) return { kind: 'readBack', remoteId: remote.remoteId }
  const view = remoteView(delivery, context, outbound.documentFrom)
  const change = compareDocument(document, view)
  if (delivery.source?.isResolving === true && change.kind === 'update' && (view?.sent === undefined || view.lost))
    return { kind: 'later', reason: 'resolving' }
  const changed = change.kind === 'none' ? {} : change.changed
  const kept =
    route.losingEdits === 'keepLocal' && change.kind !== 'create'
      ? { kept: keptThere(delivery, { document, changed }, outbound.documentFrom) }
      : {}
  if (change.kind === 'none') return { kind: 'synced', document, adopt: change.adopt, ...kept }
  const look = change.kind === 'create' && context.looks
  const mends = change.kind === 'update' && view?.lost !== undefined ? { mends: true as const } : {}
  const isPatch = context.patches === true && change.kind === 'update' && view?.isOpen === false
  const carries = isPatch ? carriedFields(delivery, changed, outbound.documentFrom) : undefined
  const told = carries === undefined ? {} : { carries }
  return { kind: 'write', document, changed, remoteId: remote?.remoteId, look, ...told, ...kept, ...mends }
}

/**
 * Links as fields that were seen in the system itself, or written there, name them: a parent that the golden record has may not be
 * told there yet, or be another one since.
 */
function seenLinks({ links }: DueDelivery, named: JsonObject | undefined): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const { field, goldenId, remoteId, fields } of links) {
    const value = named?.[field]
    const ref = isJsonObject(value) && isJsonObject(value.$ref) ? value.$ref : undefined
    if (ref !== undefined)
      shown[field] = ref.id === remoteId ? { id: goldenId, remoteId, fields } : { remoteId: ref.id }
    else if (value === null) shown[field] = undefined
  }
  return shown
}

/** What the remote record holds as far as it was written and seen; most deliveries have nothing beside what was sent. */
function remoteView(
  delivery: DueDelivery,
  { route, skewToleranceMs, compare }: DecideContext,
  documentFrom: (fields: JsonObject | undefined, links?: Record<string, unknown>) => JsonObject | undefined,
): RemoteView | undefined {
  const { remote, source } = delivery
  if (remote === undefined) return undefined
  const keepsLocal = route?.losingEdits === 'keepLocal'
  const edits = ownEdits(delivery, { skewToleranceMs, compare, keepsLocal })
  const shown = (fields: JsonObject | undefined) => documentFrom(fields, seenLinks(delivery, fields))
  const overlaid = (fields: JsonObject | undefined) =>
    fields &&
    documentFrom(fields, { ...linksOf(delivery), ...seenLinks(delivery, difference(fields, delivery.golden.fields)) })
  return {
    sent: remote.sent,
    isOpen: delivery.isOpen || delivery.interrupted,
    open:
      remote.sent === undefined
        ? writesTo(remote.remoteId, delivery.unsettled).map(({ fields }) => shown(fields) ?? {})
        : [],
    seen: remote.sent === undefined ? shown(seenFields(delivery)) : undefined,
    vendorForm: source?.vendorForm,
    lost: overlaid(edits.lost),
    before: overlaid(edits.before),
  }
}
