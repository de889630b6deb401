import { secretOf, type SandboxChange } from '#connector/sandbox.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { OBJECTS } from '../../connectors/odoo/objects.ts'
import { startSandbox } from '../../connectors/odoo/sandbox.ts'
import type { VendorDefinition } from './create-vendor.ts'
import { textOf } from './vendor.ts'

const KNOWN = ['company', 'contact', 'order', 'invoice', 'opportunity']
/** What people choose from a list, by its name there. */
const CHOSEN: Readonly<Record<string, readonly [model: string, by: string]>> = {
  country_id: ['res.country', 'code'],
  currency_id: ['res.currency', 'name'],
}

/** The ERP: unsigned notifications of automation rules, JSON-2, partners that are companies or people. */
export const odoo: VendorDefinition = {
  name: 'odoo',
  known: { contact: 'email', company: 'vat' },
  async open(options) {
    const sandbox = await startSandbox(options)
    const { database } = sandbox
    const key = secretOf(sandbox, 'apiKey')
    const secret = secretOf(sandbox, 'webhookSecret')
    const idOf = (model: string, domain: readonly Json[]): Json => database.search(model, domain)[0]?.['id'] ?? false
    const chosen = (name: string, value: Json): Json => {
      const [model, by] = CHOSEN[name] ?? []
      return model !== undefined && by !== undefined && typeof value === 'string'
        ? idOf(model, [[by, '=', value]])
        : value
    }
    const sign = (body: string, wrong = secret) => ({
      path: `/${wrong}`,
      headers: { 'content-type': 'application/json' },
      body,
    })
    const kept = (object: string, [name, value]: [string, Json]): [string, Json][] => {
      if (!Object.hasOwn(database.typesOf(modelOf(object)), name)) return []
      if (value === null || value === '') return [[name, false]]
      const search = isJsonObject(value) && isJsonObject(value['$search']) ? value['$search'] : undefined
      if (search === undefined) return [[name, typeof value === 'string' ? value.trim() : value]]
      const { model, domain } = search
      return [[name, idOf(textOf(model), Array.isArray(domain) ? domain : [])]]
    }
    return {
      network: sandbox.network,
      close: sandbox.close,
      environment: { ODOO_URL: sandbox.url, ODOO_KEY: key, ODOO_SECRET: secret },
      records: () =>
        Object.fromEntries(
          KNOWN.map(object => [object, sandbox.records(object).map(record => ({ id: textOf(record['id']), record }))]),
        ),
      fieldsOf: (_object, record) => record,
      // Odoo's versions differ in what a partner has, such as a mobile number: what there is not cannot be held.
      normalise: (object, document) =>
        Object.fromEntries(Object.entries(document).flatMap(entry => kept(object, entry))),
      // Told in whole seconds.
      changedMs: (_object, record) => Date.parse(`${textOf(record['write_date']).slice(0, 19).replace(' ', 'T')}Z`),
      write(object, id, fields) {
        const values = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, chosen(name, value)]))
        const model = modelOf(object)
        let written = Number(id)
        database.as('person', () => {
          if (id === undefined) written = database.create(model, { ...OBJECTS[object]?.defaults, ...values })
          else database.write(model, [written], values)
        })
        return String(written)
      },
      remove: (object, id) => database.as('person', () => database.unlink(modelOf(object), [Number(id)])),
      sign,
      tell: changes =>
        changes.map(change => {
          const model = modelOf(change.object)
          const fields = [...TOLD, ...(KIND[model] ?? [])]
          return sign(JSON.stringify(sandbox.notification(ruleOf(change), model, Number(change.id), fields)))
        }),
    }
  },
}

const TOLD = ['write_date', 'write_uid']
/** What tells which object a record of the model is. */
const KIND: Readonly<Record<string, readonly string[]>> = { 'res.partner': ['is_company'], 'crm.lead': ['type'] }

function ruleOf({ object, action }: SandboxChange): string {
  return action === 'deleted' ? `hub ${object} deleted` : `hub ${object}`
}

function modelOf(object: string): string {
  const model = OBJECTS[object]?.model
  if (model === undefined) throw new Error(`Odoo has no object ${object}`)
  return model
}
