import { definePreset } from '#connector/inbound/preset.ts'
import signed from './hub-signature.ts'

/**
 * No public event push was found: a trigger or workflow of the tenant posts `{eventId, object, id, op, time}`, with the
 * signature of our own. Source: xiaoshouyi-neocrm.md of the vendor facts. The record is read back by `http`.
 */
export default definePreset({
  ...signed,
  title: 'Neocrm (销售易)',
  category: 'crm',
  setUp: 'Body: `{"eventId":"<uuid>","object":"account","id":"123","op":"update","time":1764800000000}`.',
  unverified: ['that there is no native webhook'],
})
