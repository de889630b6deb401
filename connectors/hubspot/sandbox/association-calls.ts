import { listAt, textAt } from '#connector/reply-path.ts'
import type { SandboxAnswer } from '#connector/sandbox.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { ASSOCIATIONS, objectPath, OBJECTS, type ObjectName } from '../objects.ts'
import type { SandboxAccount } from './account.ts'
import { failure } from './batch.ts'

/** Associations v4, in batches; undefined: another path. */
export function associations(account: SandboxAccount, path: string, body: Json): SandboxAnswer | undefined {
  const [, first, second, verb] = /^\/crm\/v4\/associations\/(\w+)\/(\w+)\/batch\/(\w+)$/.exec(path) ?? []
  const from = objectNamed(first)
  const to = objectNamed(second)
  if (from === undefined || to === undefined) return undefined
  const inputs = listAt(body, 'inputs')
  if (verb === 'read') return complete(inputs.map(input => rowOf(account, from, to, textAt(input, 'id') ?? '')))
  if (verb === 'archive') {
    for (const input of inputs) {
      for (const other of listAt(input, 'to')) {
        const id = textAt(input, 'from.id') ?? ''
        account.dissociate({ object: from, id }, { object: to, id: textAt(other, 'id') ?? '' }, 'api')
      }
    }
    return { status: 204 }
  }
  const missing = inputs.find(input => !areThere(account, from, to, input))
  if (missing !== undefined) {
    const message = `One or more ${from} or ${to} objects do not exist`
    return failure(400, { category: 'VALIDATION_ERROR', message })
  }
  const results = inputs.map(input => create(account, from, to, input))
  if (results.includes(undefined)) {
    return failure(400, { category: 'VALIDATION_ERROR', message: 'Invalid association type' })
  }
  return { ...complete(results.filter(result => result !== undefined)), status: 201 }
}

function complete(results: JsonObject[]): SandboxAnswer {
  const at = new Date().toISOString()
  return { status: 200, json: { status: 'COMPLETE', results, startedAt: at, completedAt: at } }
}

function rowOf(account: SandboxAccount, from: ObjectName, to: ObjectName, id: string): JsonObject {
  const type = ASSOCIATIONS[from][to]
  const others = account.associations.others({ object: from, id }, to).map(({ id: other, primary }) => ({
    toObjectId: Number(other),
    associationTypes: [
      { category: 'HUBSPOT_DEFINED', typeId: type?.typeId ?? 0, label: null },
      ...(primary ? [{ category: 'HUBSPOT_DEFINED', typeId: type?.primary ?? 0, label: 'Primary' }] : []),
    ],
  }))
  return { from: { id }, to: others }
}

function areThere({ records }: SandboxAccount, from: ObjectName, to: ObjectName, input: Json): boolean {
  const one = records.get(from, textAt(input, 'from.id') ?? '')
  return one !== undefined && records.get(to, textAt(input, 'to.id') ?? '') !== undefined
}

function create(account: SandboxAccount, from: ObjectName, to: ObjectName, input: Json): JsonObject | undefined {
  const one = { object: from, id: textAt(input, 'from.id') ?? '' }
  const other = { object: to, id: textAt(input, 'to.id') ?? '' }
  for (const type of listAt(input, 'types')) {
    if (!account.associate(one, other, Number(textAt(type, 'associationTypeId')), 'api')) return undefined
  }
  return { fromObjectTypeId: from, fromObjectId: one.id, toObjectTypeId: to, toObjectId: other.id, labels: [] }
}

function objectNamed(name: string | undefined): ObjectName | undefined {
  return OBJECTS.find(object => name === object || objectPath(object) === `/crm/v3/objects/${name}`)
}
