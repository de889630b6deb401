import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'

/** An audience webhook as Mailchimp posts it: a form with names in brackets, its time without a zone. */
export function webhookForm(type: string, member: JsonObject, firedAtMs: number): string {
  const { email_address: email, merge_fields: merges, unique_email_id: id, ...rest } = member
  const isChange = type === 'upemail'
  const data: JsonObject = isChange ? member : { ...pick(rest), id: id ?? '', email: email ?? '', merges: merges ?? {} }
  const form = new URLSearchParams([
    ['type', type],
    ['fired_at', new Date(firedAtMs).toISOString().replace('T', ' ').slice(0, 19)],
  ])
  flatten(form, 'data', isChange ? { ...data, list_id: 'a6b5da1054' } : data)
  return form.toString()
}

function pick(member: JsonObject): JsonObject {
  const names = ['list_id', 'email_type', 'ip_opt', 'web_id', 'action', 'reason', 'campaign_id']
  return Object.fromEntries(Object.entries(member).filter(([name]) => names.includes(name)))
}

function flatten(form: URLSearchParams, name: string, value: Json): void {
  if (isJsonObject(value))
    for (const [key, member] of Object.entries(value)) flatten(form, `${name}[${key}]`, member ?? '')
  else form.append(name, value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value))
}
