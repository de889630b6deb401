import { isJsonObject, type JsonObject } from '#model/json.ts'
import { webhookForm } from '../../connectors/mailchimp/sandbox-webhook.ts'
import { startSandbox } from '../../connectors/mailchimp/sandbox.ts'
import { secretOf, type SandboxChange } from '#connector/sandbox.ts'
import type { VendorDefinition } from './create-vendor.ts'
import { textOf } from './vendor.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** The newsletter: form-encoded webhooks with a secret in the address, members by the hash of their address. */
export const mailchimp: VendorDefinition = {
  name: 'mailchimp',
  known: { member: 'email_address' },
  async open(options) {
    const sandbox = await startSandbox(options)
    const { audience } = sandbox
    const key = secretOf(sandbox, 'apiKey')
    const secret = secretOf(sandbox, 'webhookSecret')
    const sign = (body: string, wrong = secret) => ({ path: `/${wrong}`, headers: FORM, body })
    const posted = (type: string, member: JsonObject) => sign(webhookForm(type, member, Date.now()))
    const settings = isJsonObject(sandbox.settings) ? sandbox.settings : {}
    return {
      network: sandbox.network,
      close: sandbox.close,
      environment: {
        MAILCHIMP_URL: textOf(settings['apiUrl']),
        MAILCHIMP_LIST: textOf(settings['listId']),
        MAILCHIMP_KEY: key,
        MAILCHIMP_SECRET: secret,
      },
      records: () => ({ member: sandbox.records('member').map(record => ({ id: textOf(record['id']), record })) }),
      fieldsOf: (_object, record) => flat(record),
      normalise: (_object, document) => flat(document),
      changedMs: (_object, record) => Date.parse(textOf(record['last_changed'])),
      write(_object, id, fields) {
        const how = { byApi: false, ...(id === undefined ? {} : { id }) }
        const given = id === undefined ? { status: 'subscribed', ...fields } : fields
        // Who signs up by a form leaves the address of the machine: without it a grant is nobody's word.
        const proof = given['status'] === 'subscribed' ? { ip_opt: '192.0.2.1' } : {}
        const written = audience.write({ ...given, ...proof }, how)
        if (!written.ok) throw new Error(`member: ${written.detail}`)
        return textOf(written.member['id'])
      },
      remove: (_object, id) => audience.archive(id, { byApi: false }),
      sign,
      // Only what people do is told, as its set-up says: the hub does not hear of itself.
      tell: changes =>
        changes.flatMap(change => (change.author === 'api' ? [] : [posted(eventOf(change), toldOf(change))])),
    }
  },
}

function eventOf({ action, record }: SandboxChange): string {
  if (action === 'deleted' || record['status'] === 'unsubscribed') return 'unsubscribe'
  return action === 'created' ? 'subscribe' : 'profile'
}

function toldOf({ action, record }: SandboxChange): JsonObject {
  if (action !== 'deleted' && record['status'] !== 'unsubscribed') return record
  return { ...record, action: action === 'deleted' ? 'delete' : 'unsub', reason: 'manual' }
}

/** A member, or what is written of one, with its merge fields by their names, tags in order and one form of times. */
function flat({ merge_fields: merges, tags, timestamp_opt: agreed, ...rest }: JsonObject): JsonObject {
  const names = Array.isArray(tags) ? tags.map(tag => textOf(isJsonObject(tag) ? tag['name'] : tag)).sort() : undefined
  return {
    ...rest,
    ...(isJsonObject(merges) ? merges : {}),
    ...(names === undefined ? {} : { tags: names }),
    ...(typeof agreed === 'string' && agreed !== '' ? { timestamp_opt: new Date(agreed).toISOString() } : {}),
  }
}
