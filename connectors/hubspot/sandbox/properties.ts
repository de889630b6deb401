import type { ObjectName } from '../objects.ts'

export interface Refusal {
  category: string
  message: string
  field?: string
}

/** HubSpot's own properties that the stand-in knows; writing any other is refused, as HubSpot does. */
const PROPERTIES: Readonly<Record<ObjectName, string>> = {
  contact:
    'email firstname lastname salutation phone mobilephone jobtitle company website address city state zip country ' +
    'lifecyclestage hs_lead_status hs_language hs_email_optout date_of_birth gender associatedcompanyid',
  company:
    'name domain website phone industry address city state zip country numberofemployees annualrevenue description ' +
    'lifecyclestage founded_year type',
  deal:
    'dealname dealstage pipeline amount deal_currency_code closedate dealtype description hs_is_closed hs_is_closed_won ' +
    'hs_next_step closed_lost_reason',
  ticket: 'subject content hs_pipeline hs_pipeline_stage hs_ticket_priority hs_ticket_category source_type closed_date',
}
const EVERY = [
  'patchbay_id',
  'hs_object_id',
  'createdate',
  'lastmodifieddate',
  'hs_lastmodifieddate',
  'hs_merged_object_ids',
]

export function isUnique(object: ObjectName, property: string): boolean {
  return property === 'patchbay_id' || (object === 'contact' && property === 'email')
}

export function isProperty(object: ObjectName, property: string): boolean {
  return EVERY.includes(property) || PROPERTIES[object].split(' ').includes(property)
}

/** Mail addresses and domains are kept in lower case, moments in one form, texts without space around them. */
export function rendered(name: string, value: string): string {
  const atMs = name === 'closedate' ? Date.parse(value) : Number.NaN
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString()
  return name === 'email' || name === 'domain' ? value.trim().toLowerCase() : value.trim()
}

/** Properties that HubSpot sets by others: whether a deal is closed, and won, by its stage. */
export function calculated(object: ObjectName, { dealstage }: Record<string, string>): Record<string, string> {
  if (object !== 'deal' || dealstage === undefined) return {}
  const won = dealstage === 'closedwon'
  return { hs_is_closed: String(won || dealstage === 'closedlost'), hs_is_closed_won: String(won) }
}

/** Why properties cannot be written; `otherWith` gives another record that holds a unique value. */
export function refusalOf(
  object: ObjectName,
  properties: Record<string, string>,
  otherWith: (property: string, value: string) => string | undefined,
): Refusal | undefined {
  for (const [name, value] of Object.entries(properties)) {
    if (!isProperty(object, name)) return invalid(name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`)
    if (name === 'email' && value !== '' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) {
      return invalid(name, 'INVALID_EMAIL', `Email address ${value} is invalid`)
    }
    const other = isUnique(object, name) && value !== '' ? otherWith(name, value) : undefined
    if (other !== undefined) {
      return { category: 'CONFLICT', message: `${object} already exists. Existing ID: ${other}`, field: name }
    }
  }
  return undefined
}

function invalid(field: string, error: string, message: string): Refusal {
  const problem = JSON.stringify([{ isValid: false, message, error, name: field }])
  return { category: 'VALIDATION_ERROR', message: `Property values were not valid: ${problem}`, field }
}
