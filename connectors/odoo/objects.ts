import type { Json } from '#model/json.ts'

/** A search domain of Odoo: conditions in Polish notation. */
export type Domain = readonly Json[]

/** One object of the hub: a part of an Odoo model. */
export interface ObjectForm {
  model: string
  /** Which records of the model it is. */
  domain: Domain
  /** What every new record of it bears. */
  defaults: Readonly<Record<string, Json>>
  /** Fields that the mappings need. */
  fields: readonly string[]
  /** Fields that tell that two records are one, strongest first: `field` there equals `from` in the document. */
  findBy: readonly { field: string; from: string }[]
  /** What is read of related records too. */
  related: readonly Related[]
  /** What may be said of a webhook's record that is not this object; the rest is read back to see. */
  isNot?: { field: string; value: Json }
}

export interface Related {
  field: string
  model: string
  fields: readonly string[]
}

const COUNTRY: readonly Related[] = [
  { field: 'country_id', model: 'res.country', fields: ['code'] },
  { field: 'state_id', model: 'res.country.state', fields: ['name'] },
]
/** Whether a document is a company's or a person's, and of which company. */
const CUSTOMER: Related = { field: 'partner_id', model: 'res.partner', fields: ['is_company', 'commercial_partner_id'] }

const TIMES = ['create_date', 'write_date', 'write_uid']
const PARTNER = ['name', 'active', 'email', 'phone', 'website', 'vat', 'lang', 'comment', 'user_id', ...TIMES]
const ADDRESS = ['street', 'street2', 'city', 'state_id', 'zip', 'country_id']
const LEAD = [
  'name',
  'active',
  'type',
  'contact_name',
  'partner_name',
  'partner_id',
  'email_from',
  'phone',
  'mobile',
  'function',
  'description',
  'user_id',
  'team_id',
  ...ADDRESS,
  ...TIMES,
]

const LINE = ['product_id', 'name', 'price_unit', 'price_subtotal', 'display_type']
const ORDER_LINE = [...LINE, 'product_uom_qty']
const INVOICE_LINE = [...LINE, 'quantity']

export const OBJECTS: Readonly<Record<string, ObjectForm>> = {
  company: {
    model: 'res.partner',
    domain: [['is_company', '=', true]],
    defaults: { is_company: true },
    fields: [...PARTNER, ...ADDRESS, 'is_company', 'ref', 'parent_id', 'industry_id'],
    related: COUNTRY,
    findBy: [
      { field: 'vat', from: 'vat' },
      { field: 'ref', from: 'ref' },
    ],
    isNot: { field: 'is_company', value: false },
  },
  contact: {
    model: 'res.partner',
    // Addresses for invoices and deliveries are partners too, and no people.
    domain: [
      ['is_company', '=', false],
      ['type', '=', 'contact'],
    ],
    defaults: { is_company: false },
    fields: [...PARTNER, ...ADDRESS, 'is_company', 'ref', 'function', 'mobile', 'parent_id', 'title'],
    related: COUNTRY,
    findBy: [{ field: 'email_normalized', from: 'email' }],
    isNot: { field: 'is_company', value: true },
  },
  lead: {
    model: 'crm.lead',
    domain: [['type', '=', 'lead']],
    defaults: { type: 'lead' },
    fields: LEAD,
    related: [CUSTOMER, ...COUNTRY],
    findBy: [{ field: 'email_normalized', from: 'email_from' }],
    isNot: { field: 'type', value: 'opportunity' },
  },
  opportunity: {
    model: 'crm.lead',
    domain: [['type', '=', 'opportunity']],
    defaults: { type: 'opportunity' },
    fields: [
      ...LEAD,
      'stage_id',
      'probability',
      'expected_revenue',
      'company_currency',
      'date_deadline',
      'date_closed',
      'lost_reason_id',
    ],
    related: [CUSTOMER, { field: 'stage_id', model: 'crm.stage', fields: ['name', 'is_won'] }],
    findBy: [],
    isNot: { field: 'type', value: 'lead' },
  },
  order: {
    model: 'sale.order',
    domain: [],
    defaults: {},
    fields: [
      'name',
      'partner_id',
      'client_order_ref',
      'origin',
      'state',
      'date_order',
      'commitment_date',
      'amount_untaxed',
      'amount_tax',
      'amount_total',
      'currency_id',
      'invoice_status',
      'opportunity_id',
      'order_line',
      'note',
      'user_id',
      ...TIMES,
    ],
    related: [CUSTOMER, { field: 'order_line', model: 'sale.order.line', fields: ORDER_LINE }],
    findBy: [],
  },
  invoice: {
    model: 'account.move',
    domain: [['move_type', 'in', ['out_invoice', 'out_refund', 'out_receipt']]],
    defaults: {},
    fields: [
      'name',
      'move_type',
      'partner_id',
      'ref',
      'invoice_origin',
      'state',
      'payment_state',
      'invoice_date',
      'invoice_date_due',
      'amount_untaxed',
      'amount_tax',
      'amount_total',
      'amount_residual',
      'currency_id',
      'invoice_line_ids',
      'narration',
      'invoice_user_id',
      ...TIMES,
    ],
    related: [CUSTOMER, { field: 'invoice_line_ids', model: 'account.move.line', fields: INVOICE_LINE }],
    findBy: [],
  },
}

/** Objects that are only read: Odoo's books are not written from outside. */
export const READ_ONLY: ReadonlySet<string> = new Set(['invoice'])

/** Fields that some versions of Odoo do not have: where they are missing they are neither read nor written. */
export const OPTIONAL_FIELDS: ReadonlySet<string> = new Set(['mobile', 'title'])
