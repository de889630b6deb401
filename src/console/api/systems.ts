import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { SystemObjectTable, SystemTable } from '#store/schema/operation.ts'
import { audit } from '../audit.ts'
import type { components } from '../api.gen.ts'
import type { ConsoleParts, Handlers } from '../handler.ts'
import type { Problem } from '../problem.ts'
import { problem } from '../problem.ts'
import { heldShape } from './flow/held-deletes.ts'

type SystemShape = components['schemas']['System']

export function createSystemHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listSystems' | 'getSystem' | 'pauseSystem' | 'resumeSystem'> {
  const one = async (name: string): Promise<SystemShape | Problem> =>
    (await readSystems(parts, name))[0] ?? problem('system_unknown', { name })
  const change = async (name: string, actor: string, action: string, run: () => Promise<void>) => {
    const [found] = await readSystems(parts, name)
    if (!found) return problem('system_unknown', { name })
    await run()
    await audit(parts.db, { id: parts.uuid(), actor, action, target: name })
    return await one(name)
  }
  return {
    listSystems: async () => ({ items: await readSystems(parts) }),
    getSystem: ({ path }) => one(path.system),
    pauseSystem: ({ path, body, actor }) =>
      change(path.system, actor.name, 'system.pause', () =>
        parts.actions.pauseSystem(path.system, body.reason, actor.name),
      ),
    resumeSystem: ({ path, actor }) =>
      change(path.system, actor.name, 'system.resume', () => parts.actions.resumeSystem(path.system, actor.name)),
  }
}

/** Systems that the database knows, with what is open for them; those of the configuration first. */
async function readSystems(parts: ConsoleParts, only?: string): Promise<SystemShape[]> {
  const { db } = parts
  const name = only ?? null
  const [systems, objects, open, dead] = await Promise.all([
    db
      .selectFrom('system')
      .selectAll()
      .where(sql<boolean>`(${name}::text is null or name = ${name})`)
      .orderBy('name')
      .execute(),
    db
      .selectFrom('system_object')
      .selectAll()
      .where(sql<boolean>`(${name}::text is null or system = ${name})`)
      .orderBy('object')
      .execute(),
    db
      .selectFrom('delivery')
      .select(['system', 'state'])
      .select(eb => [eb.fn.countAll<number>().as('count'), eb.fn.min('due_at').as('oldest_due')])
      .where('state', 'not in', ['synced', 'absent'])
      .where(sql<boolean>`(${name}::text is null or system = ${name})`)
      .groupBy(['system', 'state'])
      .execute(),
    db
      .selectFrom('event')
      .select('system')
      .select(eb => eb.fn.countAll<number>().as('count'))
      .where('state', '=', 'dead')
      .where(sql<boolean>`(${name}::text is null or system = ${name})`)
      .groupBy('system')
      .execute(),
  ])
  const today = new Date(parts.nowMs()).toISOString().slice(0, 10)
  return systems.map(row => {
    const states = open.filter(entry => entry.system === row.name)
    const due = states.flatMap(entry => (entry.oldest_due === null ? [] : [entry.oldest_due.getTime()]))
    return {
      ...systemShape(parts, row, today),
      deliveries: Object.fromEntries(states.map(entry => [entry.state, entry.count])),
      oldestDue: due.length === 0 ? null : new Date(Math.min(...due)).toISOString(),
      deadEvents: dead.find(entry => entry.system === row.name)?.count ?? 0,
      objects: objects.filter(object => object.system === row.name).map(objectShape),
    }
  })
}

function systemShape(parts: ConsoleParts, row: Selectable<SystemTable>, today: string) {
  const configured = parts.config.systems[row.name]
  const day = row.calls_day instanceof Date ? row.calls_day.toISOString().slice(0, 10) : row.calls_day
  return {
    name: row.name,
    connector: row.connector,
    team: row.team,
    ...(configured?.title !== undefined && { title: configured.title }),
    configured: configured !== undefined,
    state: row.state,
    reason: row.reason,
    changedBy: row.changed_by,
    changedAt: row.changed_at.toISOString(),
    breaker: row.breaker,
    callsToday: day === today ? row.calls_today : 0,
  }
}

function objectShape(row: Selectable<SystemObjectTable>): SystemShape['objects'][number] {
  return {
    object: row.object,
    linkState: row.link_state,
    polledAt: row.polled_at?.toISOString() ?? null,
    pollDueAt: row.poll_due_at?.toISOString() ?? null,
    pollError: row.poll_error,
    comparedAt: row.compared_at?.toISOString() ?? null,
    compareDueAt: row.compare_due_at?.toISOString() ?? null,
    compareError: row.compare_error,
    heldDeletes: heldShape(row.compare_held),
  }
}
