import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature was found: a secret in the path and, as a custom field with a fixed value, `hub_token` in the body. The
 * fields bear the names that the administrator maps; those used here are of one CRM's mapping: clueId, name, tel,
 * create_time, ad_id. The type is always a new lead, its id that of the event. Source: help.sharecrm.com (push rule).
 */
export default definePreset({
  title: 'Ocean Engine Feiyu (巨量引擎·飞鱼)',
  category: 'marketing',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [{ scheme: 'sharedSecret' }, { scheme: 'token', in: 'body', name: 'hub_token' }],
    },
    events: {
      type: 'value:lead.created',
      types: { '*': { object: 'lead' } },
      id: 'clueId | clue_id | lead_id | id',
      payload: '',
      vendorEventId: 'clueId | clue_id | lead_id | id',
      occurredAt: 'create_time | createTime',
      zone: '+08:00',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"code":0,"message":"success"}' },
  },
  secrets: 'a secret of your own: in the path, or the fixed value of the field `hub_token`',
  setUp: 'Also for leads of Baidu and Tencent Ads that come in this form; map their fields to these names.',
  checked: ['the push rule as one CRM documents it'],
  unverified: ['the format of body and answer', 'retries', 'a signature'],
})
