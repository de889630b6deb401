import { serveSandbox, type Sandbox, type SandboxAnswer, type SandboxCall } from '#connector/sandbox.ts'
import { asText } from '#connector/value-path.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'

const TOKEN = 'sandbox-token'

/** A stand-in of the vendor: tokens, ids of its own, upsert by external id. Give it the vendor's quirks as you learn them. */
export async function startSandbox(): Promise<Sandbox> {
  const contacts = new Map<string, JsonObject>()
  const server = await serveSandbox(call => {
    if (call.headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, json: { message: 'unknown token' } }
    return answer(call, contacts)
  })
  return {
    settings: { baseUrl: server.url },
    secrets: { apiToken: [TOKEN], webhookSecret: ['sandbox-webhook-secret'] },
    records: () => [...contacts.values()],
    close: server.close,
  }
}

function answer({ method, path, body }: SandboxCall, contacts: Map<string, JsonObject>): SandboxAnswer {
  if (path === '/me') return { status: 200, json: { user: 'patchbay' } }
  if (path === '/contacts') return { status: 200, json: { contacts: [...contacts.values()], more: false } }
  const externalId = /^\/contacts\/by-external-id\/(.+)$/.exec(path)?.[1]
  if (method === 'PUT' && externalId !== undefined) {
    const before = [...contacts.values()].find(contact => contact['external_id'] === externalId)
    const given: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    const id = asText(before?.['id']) ?? `c${contacts.size + 1}`
    const contact: JsonObject = { ...before, ...(isJsonObject(given) ? given : {}), id }
    contacts.set(id, contact)
    return { status: 200, json: contact }
  }
  const id = path.replace('/contacts/', '')
  const contact = contacts.get(id)
  if (contact === undefined) return { status: 404, json: { message: 'no such contact' } }
  if (method === 'DELETE') contacts.delete(id)
  return { status: 200, json: contact }
}
