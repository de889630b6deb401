import { setTimeout as sleep } from 'node:timers/promises'
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
  /** Whoever adds something has her on the screen: the hub has brought her there. */
  const says = async (system: VendorName, mailField: string, fields: JsonObject): Promise<string | undefined> => {
    const find = () => vendors[system].find(PERSONS[system], mailField, LENA.email ?? '')
    for (let looks = 0; looks < LOOKS_MAX && find() === undefined; looks++)
      await sleep(LOOK_MS, undefined, { ref: false })
    const id = find()
    return id === undefined ? undefined : vendors[system].edit(PERSONS[system], id, fields)
  }
  return [
    { atMs: at(0.02), act: () => byForm(LENA, NUMBER, stage) },
    { atMs: at(0.08), act: () => byMail(LENA, NUMBER, stage) },
    { atMs: at(0.14), act: async () => void (await says('salesforce', 'Email', { Title: 'Head of purchasing' })) },
    { atMs: at(0.2), act: async () => void (await says('hubspot', 'email', { lifecyclestage: 'opportunity' })) },
    {
      atMs: at(0.3),
      async act() {
        const id = await says('zendesk', 'email', { phone: '+4915187654321' })
        if (id === undefined) return
        const comment = { body: 'Where is my order?' }
        vendors.zendesk.edit('ticket', undefined, { subject: 'Order', comment, requester_id: Number(id) })
      },
    },
    {
      atMs: at(0.4),
      act: async () =>
        void (await says('odoo', 'email', { street: 'Hafenweg 1', city: 'Bremen', zip: '28195', country_id: 'DE' })),
    },
    {
      atMs: at(0.75),
      act: async () => void (await says('mailchimp', 'email_address', { status: 'subscribed', language: 'de' })),
    },
  ]
}

const NUMBER = 9001
const LOOK_MS = 200
const LOOKS_MAX = 100
