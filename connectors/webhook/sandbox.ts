import { serveSandbox, type Sandbox } from '#connector/sandbox.ts'
import { verifyStandardWebhook } from '#connector/standard-webhooks.ts'
import { asText } from '#connector/value-path.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** A receiver as Standard Webhooks asks for one: it verifies, and takes a webhook-id once. */
export async function startSandbox(): Promise<Sandbox> {
  const held = new Map<string, Map<string, JsonObject>>()
  const seen = new Set<string>()
  const server = await serveSandbox(({ method, headers, body }) => {
    if (method === 'HEAD') return { status: 405 }
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    const verdict = verifyStandardWebhook({ headers: given, body, secrets: [SECRET], nowMs: Date.now() })
    if (!verdict.ok) return { status: 401, json: { code: verdict.code } }
    const id = given['webhook-id'] ?? ''
    if (!seen.has(id)) store(held, JSON.parse(Buffer.from(body).toString('utf8')))
    seen.add(id)
    return { status: 204 }
  })
  return {
    settings: { out: { url: `${server.url}/hooks`, objects: ['customer'] } },
    secrets: { signingSecret: [SECRET] },
    records: object => [...(held.get(object)?.values() ?? [])],
    close: server.close,
  }
}

function store(held: Map<string, Map<string, JsonObject>>, message: unknown): void {
  if (!isJsonObject(message) || typeof message['type'] !== 'string' || !isJsonObject(message['data'])) return
  const [object = '', verb] = message['type'].split('.')
  const records = held.get(object) ?? new Map<string, JsonObject>()
  held.set(object, records)
  const id = asText(message['data']['id']) ?? ''
  if (verb === 'upserted') records.set(id, message['data'])
  else records.delete(id)
}
