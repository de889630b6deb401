import { NOBODY_WATCHES, type SandboxAuthor, type SandboxChange, type SandboxOptions } from '#connector/sandbox.ts'
import { asText } from '#connector/value-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { OBJECTS } from '../objects.ts'
import { longId } from '../record-id.ts'

/** What a write gave: an id, or the error that Salesforce would tell. */
export type Written =
  { ok: true; id: string; created: boolean } | { ok: false; code: string; message: string; fields: readonly string[] }

/** The records of one org, with what Salesforce checks. */
export interface Org {
  id: string
  /** What is done meanwhile is done by this user. */
  as<Result>(author: SandboxAuthor, act: () => Result): Result
  /** A record was read through the API. */
  seen(type: string, record: JsonObject): void
  /** All records of an object, deleted ones too. */
  all(type: string): readonly JsonObject[]
  has(type: string): boolean
  record(type: string, id: string): JsonObject | undefined
  create(type: string, fields: JsonObject): Written
  update(type: string, id: string, fields: JsonObject): Written
  upsert(type: string, keyField: string, key: string, fields: JsonObject): Written
  remove(id: string): Written
  /** Takes a record out of the recycle bin. */
  undelete(id: string): boolean
  /** What a person does with "merge": the loser is deleted and points at the winner. */
  merge(type: string, winnerId: string, loserId: string): void
  fieldsOf(type: string): ReadonlySet<string>
  /** What `restore` brings back: a transaction that fails undoes its writes. */
  snapshot(): Snapshot
  restore(snapshot: Snapshot): void
}

type Snapshot = ReadonlyMap<string, { type: string; record: JsonObject }>

const KEY_PREFIX: Readonly<Record<string, string>> = {
  Account: '001',
  Contact: '003',
  Lead: '00Q',
  Opportunity: '006',
  Case: '500',
  Order: '801',
  OrderItem: '802',
  OpportunityContactRole: '00K',
}
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Account: ['Name'],
  Contact: ['LastName'],
  Lead: ['LastName', 'Company'],
  Opportunity: ['Name', 'StageName', 'CloseDate'],
  Order: ['AccountId', 'EffectiveDate', 'Status'],
  OpportunityContactRole: ['OpportunityId', 'ContactId'],
}
const MORE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  OpportunityContactRole: ['OpportunityId', 'ContactId', 'IsPrimary', 'Role'],
  OrderItem: ['OrderId', 'Quantity', 'UnitPrice', 'TotalPrice', 'Description', 'PricebookEntryId'],
}
const SYSTEM_FIELDS = [
  'Id',
  'SystemModstamp',
  'LastModifiedDate',
  'CreatedDate',
  'IsDeleted',
  'LastModifiedById',
  'OwnerId',
]
const READ_ONLY = new Set([
  ...SYSTEM_FIELDS,
  'CaseNumber',
  'OrderNumber',
  'IsClosed',
  'IsWon',
  'IsConverted',
  'MasterRecordId',
])
READ_ONLY.delete('OwnerId')
const HUB_USER = '0055g000000HubUAAS'
const PERSON = '0055g000000OlaNAAS'

export interface OrgOptions extends SandboxOptions {
  /** A flow of the org that runs before a record is saved, and makes its values what the org wants them to be. */
  beforeSave?: (type: string, fields: JsonObject) => JsonObject
}

export function createOrg(
  externalIdField: string,
  { nowMs = Date.now, watcher = NOBODY_WATCHES, beforeSave = (_type, fields) => fields }: OrgOptions = {},
): Org {
  let records = new Map<string, { type: string; record: JsonObject }>()
  const customFields = new Map<string, Set<string>>()
  let count = 0
  let user = HUB_USER

  const all = (type: string) => [...records.values()].flatMap(held => (held.type === type ? [held.record] : []))
  /** Salesforce keeps no parts of a second here. */
  const stamp = () => new Date(Math.floor(nowMs() / 1000) * 1000).toISOString().replace('Z', '+0000')

  function fieldsOf(type: string): ReadonlySet<string> {
    const usual = OBJECTS[type]?.fields.filter(field => /^\w+$/.test(field)) ?? []
    const custom = customFields.get(type) ?? []
    return new Set([
      ...SYSTEM_FIELDS,
      'MasterRecordId',
      externalIdField,
      ...usual,
      ...(MORE_FIELDS[type] ?? []),
      ...custom,
    ])
  }

  function problem(type: string, fields: JsonObject, known: JsonObject, own: string | undefined): Written | undefined {
    const failed = (code: string, message: string, ...names: string[]): Written => ({
      ok: false,
      code,
      message,
      fields: names,
    })
    for (const [name, value] of Object.entries(fields)) {
      if (!fieldsOf(type).has(name) && !name.endsWith('__c'))
        return failed('INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`)
      if (READ_ONLY.has(name))
        return failed('INVALID_FIELD_FOR_INSERT_UPDATE', `Unable to create/update fields: ${name}.`, name)
      if (name === 'Email' && typeof value === 'string' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value))
        return failed('INVALID_EMAIL_ADDRESS', `Email: invalid email address: ${value}`, 'Email')
      if (name.endsWith('Id') && name !== 'OwnerId' && typeof value === 'string' && !records.has(longId(value)))
        return failed('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', name)
    }
    const merged = { ...known, ...fields }
    const missing = (REQUIRED[type] ?? []).filter(name => (merged[name] ?? '') === '')
    if (missing.length > 0)
      return failed('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, ...missing)
    const twin = all(type).find(
      one =>
        one['Id'] !== own &&
        one['IsDeleted'] === false &&
        (fields[externalIdField] ?? null) !== null &&
        same(one[externalIdField], fields[externalIdField]),
    )
    if (twin === undefined) return undefined
    const message = `duplicate value found: ${externalIdField} duplicates value on record with id: ${idOf(twin)}`
    return failed('DUPLICATE_VALUE', message)
  }

  function derived(type: string, record: JsonObject): JsonObject {
    if (type === 'Opportunity') {
      const stage = record['StageName']
      return { IsClosed: stage === 'Closed Won' || stage === 'Closed Lost', IsWon: stage === 'Closed Won' }
    }
    if (type === 'Case') return { IsClosed: record['Status'] === 'Closed' }
    return type === 'Lead' ? { IsConverted: record['IsConverted'] ?? false } : {}
  }

  type Happened = Pick<SandboxChange, 'action'> & { given?: JsonObject; loserId?: string }

  function store(type: string, id: string, before: JsonObject, { given = {}, ...happened }: Happened): void {
    const at = stamp()
    const saved = beforeSave(type, given)
    const kept = { ...before, ...saved, SystemModstamp: at, LastModifiedDate: at, LastModifiedById: user }
    const record = { ...kept, ...derived(type, kept) }
    records.set(id, { type, record })
    const custom = customFields.getOrInsertComputed(type, () => new Set())
    for (const name of Object.keys(given)) if (name.endsWith('__c')) custom.add(name)
    const author = user === HUB_USER ? 'api' : 'person'
    watcher.changed({ object: type, id, author, given, record, ...happened })
  }

  const org: Org = {
    as(author, act) {
      user = author === 'api' ? HUB_USER : PERSON
      try {
        return act()
      } finally {
        user = HUB_USER
      }
    },
    seen: (type, record) => watcher.shown(type, idOf(record)),
    id: longId('00D5g000000HubA'),
    all,
    has: type => type in KEY_PREFIX || type.endsWith('__c'),
    record: (type, id) => {
      const held = records.get(longId(id))
      return held?.type === type ? held.record : undefined
    },
    fieldsOf,
    snapshot: () => new Map(records),
    restore: snapshot => void (records = new Map(snapshot)),
    create(type, given) {
      const fields = resolved(type, given)
      const wrong = problem(type, fields, {}, undefined)
      if (wrong !== undefined) return wrong
      count += 1
      const id = longId(`${KEY_PREFIX[type] ?? 'a00'}5g${String(count).padStart(10, '0')}`)
      const numbers = type === 'Case' ? { CaseNumber: String(1000 + count), Status: 'New' } : {}
      const blank = type === 'Contact' || type === 'Lead' ? { HasOptedOutOfEmail: false, DoNotCall: false } : {}
      const start = { Id: id, IsDeleted: false, CreatedDate: stamp(), ...numbers, ...blank }
      store(type, id, start, { action: 'created', given: fields })
      return { ok: true, id, created: true }
    },
    update(type, anyId, given) {
      const id = longId(anyId)
      const held = records.get(id)
      if (held?.type !== type)
        return { ok: false, code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: ['Id'] }
      if (held.record['IsDeleted'] === true)
        return { ok: false, code: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }
      const fields = resolved(type, given)
      const wrong = problem(type, fields, held.record, id)
      if (wrong !== undefined) return wrong
      store(type, id, held.record, { action: 'updated', given: fields })
      return { ok: true, id, created: false }
    },
    upsert(type, keyField, key, fields) {
      const held = all(type).filter(one => one['IsDeleted'] === false && same(one[keyField], key))
      if (held.length > 1) {
        const message = `Multiple records found with external id ${key}`
        return { ok: false, code: 'DUPLICATE_EXTERNAL_ID', message, fields: [keyField] }
      }
      const [one] = held
      return one === undefined ? org.create(type, { ...fields, [keyField]: key }) : org.update(type, idOf(one), fields)
    },
    remove(anyId) {
      const id = longId(anyId)
      const held = records.get(id)
      if (held === undefined)
        return { ok: false, code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] }
      if (held.record['IsDeleted'] === true)
        return { ok: false, code: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }
      store(held.type, id, { ...held.record, IsDeleted: true }, { action: 'deleted' })
      return { ok: true, id, created: false }
    },
    undelete(anyId) {
      const id = longId(anyId)
      const held = records.get(id)
      if (held?.record['IsDeleted'] !== true || held.record['MasterRecordId'] !== undefined) return false
      store(held.type, id, { ...held.record, IsDeleted: false }, { action: 'restored' })
      return true
    },
    merge(type, winnerId, loserId) {
      const loser = org.record(type, loserId)
      const winner = org.record(type, winnerId)
      if (loser === undefined || winner === undefined) throw new Error(`there is no ${type} ${loserId} or ${winnerId}`)
      const merged = { ...loser, IsDeleted: true, MasterRecordId: longId(winnerId) }
      const at = stamp()
      records.set(longId(loserId), { type, record: { ...merged, SystemModstamp: at, LastModifiedById: user } })
      // The values that the person kept of both are the winner's; here those that it had.
      store(type, longId(winnerId), winner, { action: 'merged', loserId: longId(loserId) })
    },
  }

  /** `"Account": {"Hub_Id__c": "A-3"}` names a related record by its external id. */
  function resolved(type: string, given: JsonObject): JsonObject {
    const entries = Object.entries(given).flatMap(([name, value]): [string, Json][] => {
      if (name === 'attributes') return []
      if (!isJsonObject(value)) return [[name, value]]
      const [keyField = '', key = null] = Object.entries(value).find(([member]) => member !== 'attributes') ?? []
      const found = all(name).find(one => same(one[keyField], key))
      return [[`${name}Id`, found?.['Id'] ?? `no ${name} with ${keyField}`]]
    })
    return Object.fromEntries(entries)
  }
  return org
}

const idOf = (record: JsonObject) => asText(record['Id']) ?? ''

/** External ids are compared without case. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string'
    ? a.toLowerCase() === b.toLowerCase()
    : a === b && a !== undefined
}
