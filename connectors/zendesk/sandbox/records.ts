import type { JsonObject } from '#model/json.ts'
import { textAt } from '#connector/reply-path.ts'
import { OBJECTS, type ObjectName } from '../objects.ts'

export interface SandboxRecord {
  id: number
  fields: JsonObject
  updatedAtMs: number
}

export interface Refusal {
  field: string
  error: string
  description: string
}

export type Written = { record: SandboxRecord; isNew: boolean } | { refused: Refusal }
export type SandboxRecords = ReturnType<typeof createRecords>

/** Zendesk cuts nothing, but keeps mail addresses in lower case and texts without space around them. */
function rendered(fields: JsonObject): JsonObject {
  const entries = Object.entries(fields).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value] as const
    return [name, name === 'email' ? value.trim().toLowerCase() : value.trim()] as const
  })
  return Object.fromEntries(entries)
}

/** The records of one account: ids, unique members, times; no HTTP. */
export function createRecords(nowMs: () => number) {
  const objects = new Map<ObjectName, Map<string, SandboxRecord>>(OBJECTS.map(object => [object, new Map()]))
  let nextId = 35_001
  let lastMs = 0
  const now = (): number => (lastMs = Math.max(nowMs(), lastMs + 1))

  const all = (object: ObjectName): SandboxRecord[] => [...(objects.get(object)?.values() ?? [])]
  const living = (object: ObjectName): SandboxRecord[] => all(object).filter(record => !isDeleted(record))
  const get = (object: ObjectName, id: string): SandboxRecord | undefined => objects.get(object)?.get(id)
  const by = (object: ObjectName, member: string, value: string | undefined): SandboxRecord | undefined =>
    value === undefined
      ? undefined
      : living(object).find(({ fields }) => textAt(fields, member)?.toLowerCase() === value.toLowerCase())

  const touch = (record: SandboxRecord): void => {
    record.updatedAtMs = now()
    record.fields = { ...record.fields, updated_at: new Date(record.updatedAtMs).toISOString() }
  }

  const write = (object: ObjectName, known: SandboxRecord | undefined, given: JsonObject): Written => {
    const fields = rendered(given)
    const refused = refusalOf(object, known, fields)
    if (refused !== undefined) return { refused }
    const record = known ?? { id: nextId++, fields: {}, updatedAtMs: 0 }
    if (known === undefined) {
      record.fields = { id: record.id, created_at: new Date(now()).toISOString(), ...DEFAULTS[object] }
      objects.get(object)?.set(String(record.id), record)
    }
    const { comment, ...kept } = fields
    // The first comment is a ticket's description; later ones stand beside it.
    const described =
      known === undefined && comment !== undefined ? { description: textAt(comment, 'body') ?? null } : {}
    record.fields = { ...record.fields, ...kept, ...described }
    touch(record)
    return { record, isNew: known === undefined }
  }

  const refusalOf = (object: ObjectName, known: SandboxRecord | undefined, fields: JsonObject): Refusal | undefined => {
    if (known?.fields['status'] === 'closed') {
      return { field: 'status', error: 'ClosedTicket', description: 'Status: closed prevents ticket update' }
    }
    const needed = NEEDED[object]
    if (known === undefined && (fields[needed] ?? '') === '') {
      return { field: needed, error: 'BlankValue', description: `${needed}: cannot be blank` }
    }
    const unique = UNIQUE[object]
    const other = unique === undefined ? undefined : by(object, unique, textAt(fields, unique))
    if (unique === undefined || other === undefined || other === known) return undefined
    return { field: unique, error: 'DuplicateValue', description: `${unique}: has already been taken` }
  }

  return { all, living, get, by, touch, write, now }
}

const NEEDED: Readonly<Record<ObjectName, string>> = { user: 'name', organization: 'name', ticket: 'comment' }
const UNIQUE: Readonly<Partial<Record<ObjectName, string>>> = { user: 'email', organization: 'name' }
const DEFAULTS: Readonly<Record<ObjectName, JsonObject>> = {
  user: {
    role: 'end-user',
    active: true,
    email: null,
    phone: null,
    organization_id: null,
    external_id: null,
    tags: [],
  },
  organization: { external_id: null, domain_names: [], details: null, tags: [] },
  ticket: {
    status: 'new',
    priority: null,
    type: null,
    subject: null,
    external_id: null,
    organization_id: null,
    requester_id: 1,
    tags: [],
    satisfaction_rating: { score: 'unoffered' },
    via: { channel: 'api' },
  },
}

export function isDeleted({ fields }: SandboxRecord): boolean {
  return fields['active'] === false || fields['status'] === 'deleted' || (fields['deleted_at'] ?? null) !== null
}
