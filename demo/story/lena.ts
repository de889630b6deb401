import type { JsonObject } from '#model/json.ts'
import type { DemoPerson } from '../people.ts'
import type { VendorName } from '../vendors/vendor.ts'
import { byForm, byMail } from './customers.ts'
import { PERSONS } from './fields.ts'
import type { Stage, Step } from './stage.ts'

/** The customer whom all systems meet; at the end the demo shows what the hub made of it. */
export const LENA: DemoPerson = {
  givenName: 'Lena',
  familyName: 'Fischer',
  fullName: 'Lena Fischer',
  email: 'lena.fischer@kranich.example',
  mobile: '+4915112345678',
  jobTitle: 'Buyer',
  language: 'de',
  wechatUnionid: undefined,
  company: undefined,
}

/** Systems by which she is known in the end: those of the vendors, the form and the support address. */
export const HER_SYSTEMS: readonly string[] = ['form', 'mail', ...Object.keys(PERSONS)]

/** Everybody has something to add: sales her title, service a number, marketing her stage, finance where she lives. */
export function lenaSteps(stage: Stage, lastMs: number): Step[] {
  const { vendors } = stage
  const at = (share: number): number => Math.round(lastMs * share)
  /** She is entered by her mail address, or changed where she is known already. */
  const says = (system: VendorName, mailField: string, fields: JsonObject): string => {
    const object = PERSONS[system]
    const id =
      vendors[system].find(object, mailField, LENA.email ?? '') ??
      vendors[system].edit(object, undefined, { ...NEW[system], [mailField]: LENA.email ?? '' })
    return vendors[system].edit(object, id, fields)
  }
  return [
    { atMs: at(0.02), act: () => byForm(LENA, NUMBER, stage) },
    { atMs: at(0.08), act: () => byMail(LENA, NUMBER, stage) },
    { atMs: at(0.14), act: () => void says('salesforce', 'Email', { Title: 'Head of purchasing' }) },
    { atMs: at(0.2), act: () => void says('hubspot', 'email', { lifecyclestage: 'opportunity' }) },
    {
      atMs: at(0.3),
      act() {
        const id = says('zendesk', 'email', { phone: '+4915187654321' })
        const comment = { body: 'Where is my order?' }
        vendors.zendesk.edit('ticket', undefined, { subject: 'Order', comment, requester_id: Number(id) })
      },
    },
    {
      atMs: at(0.4),
      act: () => void says('odoo', 'email', { street: 'Hafenweg 1', city: 'Bremen', zip: '28195', country_id: 'DE' }),
    },
    {
      atMs: at(0.75),
      act: () => void says('mailchimp', 'email_address', { status: 'subscribed', language: 'de' }),
    },
  ]
}

const NUMBER = 9001
/** What a record cannot be without. */
const NEW: Readonly<Record<VendorName, JsonObject>> = {
  salesforce: { LastName: LENA.familyName },
  hubspot: {},
  mailchimp: {},
  zendesk: { name: LENA.fullName },
  odoo: { name: LENA.fullName },
}
