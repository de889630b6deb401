import { modifiedProperty, OBJECTS, type ObjectName } from '../objects.ts'
import { calculated, refusalOf, rendered, type Refusal } from './properties.ts'

export interface SandboxRecord {
  id: string
  properties: Record<string, string>
  createdAtMs: number
  updatedAtMs: number
  archived: boolean
  /** The record that survived a merge. */
  mergedInto?: string
}

export type Written = { record: SandboxRecord; isNew: boolean; changed: string[] } | { refused: Refusal }
export type SandboxRecords = ReturnType<typeof createRecords>

/** The records of one account: ids, unique properties, times, merges; no HTTP. */
export function createRecords(nowMs: () => number) {
  const objects = new Map<ObjectName, Map<string, SandboxRecord>>(OBJECTS.map(object => [object, new Map()]))
  let nextId = 501
  let lastMs = 0

  /** Times of one account never repeat, so that each change has its own. */
  const now = (): number => (lastMs = Math.max(nowMs(), lastMs + 1))

  const all = (object: ObjectName): SandboxRecord[] => [...(objects.get(object)?.values() ?? [])]
  const living = (object: ObjectName): SandboxRecord[] => all(object).filter(record => !record.archived)

  /** A record by id, or the one that it was merged into. */
  const get = (object: ObjectName, id: string): SandboxRecord | undefined => {
    const record = objects.get(object)?.get(id)
    if (record?.mergedInto !== undefined) return get(object, record.mergedInto)
    return record?.archived === true ? undefined : record
  }

  const by = (object: ObjectName, property: string, value: string): SandboxRecord | undefined =>
    living(object).find(({ properties }) => properties[property]?.toLowerCase() === value.toLowerCase())

  const touch = (object: ObjectName, record: SandboxRecord): void => {
    record.updatedAtMs = now()
    record.properties[modifiedProperty(object)] = new Date(record.updatedAtMs).toISOString()
  }

  const create = (object: ObjectName): SandboxRecord => {
    const id = String(nextId++)
    const createdAtMs = now()
    const properties = { hs_object_id: id, createdate: new Date(createdAtMs).toISOString() }
    const record: SandboxRecord = { id, properties, createdAtMs, updatedAtMs: createdAtMs, archived: false }
    objects.get(object)?.set(id, record)
    touch(object, record)
    return record
  }

  /** Creates or changes a record; values are kept as HubSpot keeps them. */
  const write = (object: ObjectName, known: SandboxRecord | undefined, given: Record<string, string>): Written => {
    const written = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, rendered(name, value)]))
    const properties = { ...written, ...calculated(object, written) }
    const refused = refusalOf(object, properties, (property, value) => {
      const other = by(object, property, value)
      return other === known ? undefined : other?.id
    })
    if (refused !== undefined) return { refused }
    const record = known ?? create(object)
    const changed = Object.keys(properties).filter(name => (record.properties[name] ?? '') !== properties[name])
    Object.assign(record.properties, properties)
    if (changed.length > 0) touch(object, record)
    return { record, isNew: known === undefined, changed }
  }

  return { all, living, get, by, touch, write, now }
}
