import type { Outcome } from '#connector/outcome.ts'
import type { System } from '#connector/system.ts'
import type { JsonObject } from '#model/json.ts'
import { compareVersions } from '#rules/statement/source-field.ts'
import { type CallItem, failedConnector, lookForItems, type openAccess, pushItems, removeItems } from './call.ts'
import type { DueDelivery } from '../claim/claim.ts'
import type { Decision } from '../decide/decision.ts'
import type { Flips } from '../decide/flips.ts'
import type { DeliverParts } from '../parts.ts'

/** A leased delivery and what is to be called for it. */
export interface Sending {
  delivery: DueDelivery
  decision: Decision & { kind: 'write' | 'remove' | 'poll' | 'look' }
  /** To be stored with the lease. */
  flips?: Flips | undefined
  /** Canonical values of the write, where the system reports back. */
  fields: JsonObject | undefined
}

/** Items of one call: same system, object and operation. */
export interface Call {
  system: System
  object: string
  operation: 'upsert' | 'archive' | 'delete' | 'poll' | 'look'
  sendings: readonly Sending[]
}

/**
 * Groups by system, object and operation, cut at the connector's batch size. Each system gets as many calls as it has
 * room for: one that takes a hundred contacts in a call may take orders one by one only.
 */
export function callsOf(
  parts: Pick<DeliverParts, 'systems' | 'gates'>,
  sendings: readonly Sending[],
): { calls: Call[]; left: Sending[] } {
  const rooms = new Map<string, number>()
  const calls: Call[] = []
  const left: Sending[] = []
  for (const call of allCalls(parts, sendings)) {
    const { name } = call.system.config
    const room = rooms.get(name) ?? parts.gates.of(name).room()
    rooms.set(name, room - 1)
    if (room > 0) calls.push(call)
    else left.push(...call.sendings)
  }
  return { calls, left }
}

function allCalls(parts: Pick<DeliverParts, 'systems'>, sendings: readonly Sending[]): Call[] {
  const groups = Map.groupBy(
    sendings,
    ({ delivery, decision }) => `${delivery.system}\n${delivery.object}\n${operationOf(decision)}`,
  )
  return [...groups.values()].flatMap(group => {
    const [first] = group
    const system = first === undefined ? undefined : parts.systems.get(first.delivery.system)
    if (first === undefined || system === undefined) return []
    const { object } = first.delivery
    const operation = operationOf(first.decision)
    const size =
      operation === 'poll' ? 1 : Math.max(1, system.connector.push?.batchMax(object, system.config.settings) ?? 1)
    const calls: Call[] = []
    for (let at = 0; at < group.length; at += size)
      calls.push({ system, object, operation, sendings: group.slice(at, at + size) })
    return calls
  })
}

function operationOf(decision: Sending['decision']): Call['operation'] {
  if (decision.kind === 'write') return 'upsert'
  if (decision.kind === 'look') return 'look'
  return decision.kind === 'remove' ? decision.how : 'poll'
}

export async function outcomesOf(
  call: Call,
  access: ReturnType<typeof openAccess>,
  readMade: () => Promise<ReadonlyMap<number, string>>,
): Promise<readonly Outcome[]> {
  const items = call.sendings.map(callItem)
  if (call.operation === 'upsert') return await pushItems(call.system, access, call.object, items, readMade)
  if (call.operation === 'look') return await lookForItems(call.system, access, call.object, items)
  if (call.operation !== 'poll') return await removeItems(call.system, access, call.object, items, call.operation)
  const decision = call.sendings[0]?.decision
  const poll = call.system.connector.push?.poll
  if (decision?.kind !== 'poll' || poll === undefined)
    return [{ kind: 'unknown', reason: 'The connector cannot ask for the result of a job.' }]
  try {
    return [await poll(access, call.object, decision.job)]
  } catch (error) {
    return [failedConnector(error)]
  }
}

function callItem({ delivery, decision }: Sending): CallItem {
  const document = decision.kind === 'write' || decision.kind === 'look' ? decision.document : {}
  const kept = decision.kind === 'write' ? decision.kept?.members : undefined
  const remoteId = remoteIdOf(decision)
  const version = newestVersion(delivery)
  const sent = remoteId === undefined ? undefined : delivery.remote?.sent
  return {
    externalId: delivery.goldenId,
    content: kept === undefined ? document : { ...document, ...kept },
    changed: decision.kind === 'write' ? decision.changed : {},
    // The same for each try of one write; another once a write was acknowledged, for the same content may be due again.
    idempotencyKey: `${delivery.goldenId}-${delivery.golden.version}-${delivery.remote?.shadow.sentFromMs ?? 0}`,
    look: decision.kind === 'write' && decision.look,
    ...(remoteId === undefined ? {} : { remoteId }),
    ...(version === undefined ? {} : { version }),
    ...(sent === undefined ? {} : { sent }),
  }
}

/** The remote record that is called for; undefined for a create, a look and a job. */
export function remoteIdOf(decision: Sending['decision']): string | undefined {
  return decision.kind === 'write' || decision.kind === 'remove' ? decision.remoteId : undefined
}

/** The newest version known: of our last write, or of what was heard since. Opaque ones cannot be ordered: after a conflict ours is old. */
function newestVersion({ remote, source, failures }: DueDelivery): string | undefined {
  const [written, heard] = [remote?.version, source?.version]
  if (written === undefined || heard === undefined) return written ?? heard
  const order = compareVersions(heard, written)
  return (order === undefined ? failures > 0 : order > 0) ? heard : written
}
