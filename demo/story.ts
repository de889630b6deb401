import type { JsonObject } from '#model/json.ts'
import type { DemoCompany, DemoPerson } from './people.ts'
import type { Random } from './sandboxes/random.ts'
import { campaignWebhook } from './sandboxes/marketing.ts'
import type { Sandbox, VendorName } from './sandboxes/sandbox.ts'

/** One thing that happens at one of the company's systems. */
export interface Step {
  atMs: number
  act: () => void | Promise<void>
}

export interface Stage {
  sandboxes: Readonly<Record<VendorName, Sandbox>>
  random: Random
  postForm: (fields: JsonObject) => Promise<void>
}

/** A company is entered by sales or by finance, some by both, in the first seconds. */
export function companySteps(company: DemoCompany, { sandboxes, random }: Stage): Step[] {
  const { name, taxId, website, city, country, industry } = company
  const inCrm: Step = {
    atMs: random.integer(4000),
    act: () => void sandboxes.crm.edit('company', undefined, { name, taxId, website, city, country, industry }),
  }
  const inErp: Step = {
    atMs: random.integer(4000),
    act: () =>
      void sandboxes.erp.edit('partner', undefined, {
        name,
        vat: taxId,
        website,
        city,
        country_code: country,
        is_company: true,
      }),
  }
  return random.chance(0.25) ? [inCrm, inErp] : random.chance(0.6) ? [inCrm] : [inErp]
}

/** A customer's way through the systems: met in one, then seen, changed and sold to in others. */
export function personSteps(person: DemoPerson, number: number, stage: Stage, lastMs: number): Step[] {
  const { random } = stage
  const startMs = 3000 + random.integer(lastMs * 0.55)
  const later = (): number => Math.min(lastMs, startMs + 3500 + random.integer(Math.max(1, lastMs - startMs - 3500)))
  const meet = random.pick(
    person.email === undefined
      ? [byForm, byForm, atSales]
      : [byForm, byForm, byForm, atSales, atSales, atService, atFinance, atMarketing],
  )
  const steps: Step[] = [{ atMs: startMs, act: () => meet(person, number, stage) }]
  if (meet === byForm && random.chance(0.12))
    steps.push({ atMs: startMs + 300, act: () => byForm(person, number, stage) })
  const { email } = person
  if (email === undefined) return steps
  const about = { person, email, number, stage }
  if (random.chance(0.45)) steps.push(...ticketSteps(about, later()))
  if (random.chance(0.35)) steps.push(...orderSteps(about, later()))
  if (random.chance(0.3)) steps.push(...dealSteps(about, later()))
  if (random.chance(0.5)) steps.push({ atMs: later(), act: () => campaign(about) })
  if (random.chance(0.3)) steps.push({ atMs: later(), act: () => withdrawOrAgree(about) })
  if (random.chance(0.35)) steps.push({ atMs: later(), act: () => correct(about) })
  return steps
}

interface About {
  person: DemoPerson
  email: string
  number: number
  stage: Stage
}

type Meet = (person: DemoPerson, number: number, stage: Stage) => void | Promise<void>

const byForm: Meet = (person, number, { postForm }) =>
  postForm({
    submission_id: `demo-form-${number}`,
    full_name: person.fullName,
    email: person.email ?? '',
    phone: person.mobile,
    job: person.jobTitle,
    wechat: person.wechatUnionid ?? '',
    topic: 'Price list',
    message: `你好 / hello, I am number ${number}`,
    consent: number % 3 === 0 ? 'on' : '',
    page_url: 'https://www.patchbay-demo.example/contact',
  })

const atSales: Meet = (person, _number, { sandboxes: { crm } }) => {
  const companyId = person.company && crm.find('company', 'taxId', person.company.taxId)
  crm.edit('contact', undefined, {
    // Typed in a hurry: the CRM tidies it up.
    firstName: ` ${person.givenName}`,
    lastName: person.familyName,
    mobile: person.mobile,
    jobTitle: person.jobTitle,
    stage: 'Lead',
    ...(person.email === undefined ? {} : { email: person.email }),
    ...(person.wechatUnionid === undefined ? {} : { wechatUnionId: person.wechatUnionid }),
    ...(companyId === undefined ? {} : { companyId }),
  })
}

const atService: Meet = (person, _number, { sandboxes: { helpdesk } }) => {
  helpdesk.edit('user', undefined, {
    name: person.fullName,
    email: (person.email ?? '').toUpperCase(),
    phone: person.mobile,
  })
}

const atFinance: Meet = (person, _number, { sandboxes: { erp } }) => {
  const parent = person.company && erp.find('partner', 'vat', person.company.taxId)
  erp.edit('partner', undefined, {
    name: person.fullName,
    is_company: false,
    email: person.email ?? '',
    mobile: person.mobile,
    function: person.jobTitle,
    parent_id: parent === undefined ? false : Number(parent),
  })
}

const atMarketing: Meet = (person, _number, { sandboxes: { marketing } }) => {
  marketing.edit('subscriber', undefined, {
    email: person.email ?? '',
    first_name: person.givenName,
    last_name: person.familyName,
    language: person.language,
    tags: ['newsletter'],
    email_consent: 'granted',
    email_consent_at: new Date().toISOString(),
  })
}

/** A ticket by mail; its sender becomes a user if there is none yet. Later it is solved and rated. */
function ticketSteps({ person, email, stage: { sandboxes, random } }: About, atMs: number): Step[] {
  const { helpdesk } = sandboxes
  let ticket: string | undefined
  const open: Step = {
    atMs,
    act() {
      const user =
        helpdesk.find('user', 'email', email) ?? helpdesk.edit('user', undefined, { name: person.fullName, email })
      const organization = helpdesk.record('user', user)?.fields.organization_id
      ticket = helpdesk.edit('ticket', undefined, {
        subject: random.pick(['Invoice wrong', '发票有误', 'How do I return this?', '怎么退货？', 'Delivery is late']),
        description: 'Please help.',
        status: 'new',
        priority: random.pick(['low', 'normal', 'high']),
        channel: random.pick(['email', 'web', 'wechat']),
        requester_id: Number(user),
        ...(organization === undefined ? {} : { organization_id: organization }),
      })
    },
  }
  const solve: Step = {
    atMs: atMs + 1500,
    act() {
      if (ticket === undefined) return
      const rating = { score: random.pick(['good', 'good', 'bad']) }
      helpdesk.edit('ticket', ticket, {
        status: 'solved',
        solved_at: new Date().toISOString(),
        satisfaction_rating: rating,
      })
    },
  }
  return random.chance(0.6) ? [open, solve] : [open]
}

/** An order and its invoice, which is paid a little later. */
function orderSteps({ person, email, number, stage: { sandboxes, random } }: About, atMs: number): Step[] {
  const { erp } = sandboxes
  let invoice: string | undefined
  const order: Step = {
    atMs,
    act() {
      const partner =
        erp.find('partner', 'email', email) ??
        erp.edit('partner', undefined, { name: person.fullName, email, is_company: false })
      const company = erp.record('partner', partner)?.fields.parent_id ?? false
      const amount = (100 + random.integer(100_000)) / 100
      const sale = {
        partner_id: Number(partner),
        commercial_partner_id: company,
        amount_total: amount,
        currency: random.pick(['CNY', 'EUR']),
      }
      erp.edit('order', undefined, {
        ...sale,
        name: `S${10_000 + number}`,
        state: 'sale',
        date_order: new Date().toISOString().slice(0, 19).replace('T', ' '),
      })
      const today = new Date().toISOString().slice(0, 10)
      invoice = erp.edit('invoice', undefined, {
        ...sale,
        name: `INV/2026/${10_000 + number}`,
        state: 'posted',
        payment_state: 'not_paid',
        invoice_date: today,
      })
    },
  }
  const pay: Step = {
    atMs: atMs + 2000,
    act: () => void (invoice !== undefined && erp.edit('invoice', invoice, { payment_state: 'paid' })),
  }
  return random.chance(0.7) ? [order, pay] : [order]
}

function dealSteps({ person, email, number, stage: { sandboxes, random } }: About, atMs: number): Step[] {
  const { crm } = sandboxes
  let deal: string | undefined
  const open: Step = {
    atMs,
    act() {
      const contactId = crm.find('contact', 'email', email)
      const companyId = person.company && crm.find('company', 'taxId', person.company.taxId)
      if (contactId === undefined) return
      deal = crm.edit('deal', undefined, {
        name: `Deal ${number}`,
        amount: String(500 + random.integer(90_000)),
        currency: 'CNY',
        stage: 'Negotiation',
        contactId,
        ...(companyId === undefined ? {} : { companyId }),
      })
    },
  }
  const close: Step = {
    atMs: atMs + 2500,
    act() {
      if (deal !== undefined) crm.edit('deal', deal, { stage: random.pick(['Won', 'Lost']) })
    },
  }
  return [open, close]
}

/** Opens and clicks of a campaign by whoever is a subscriber by now. */
function campaign({ email, number, stage: { sandboxes } }: About): void {
  const subscriberId = sandboxes.marketing.find('subscriber', 'email', email)
  if (subscriberId === undefined) return
  const common = { email, subscriberId, campaign: 'Autumn news', atMs: Date.now() }
  sandboxes.marketing.emit(campaignWebhook({ ...common, id: `open-${number}`, type: 'open' }))
  if (number % 2 === 0)
    sandboxes.marketing.emit(
      campaignWebhook({ ...common, id: `click-${number}`, type: 'click', url: 'https://www.patchbay-demo.example/a' }),
    )
}

function withdrawOrAgree({ email, number, stage: { sandboxes } }: About): void {
  const id = sandboxes.marketing.find('subscriber', 'email', email)
  if (id === undefined) return
  const consent = number % 2 === 0 ? 'denied' : 'granted'
  sandboxes.marketing.edit('subscriber', id, { email_consent: consent, email_consent_at: new Date().toISOString() })
}

/** Someone corrects what they see: a job title at sales, a mobile number at service, a phone at finance. */
function correct({ email, number, stage: { sandboxes } }: About): void {
  const { crm, helpdesk, erp } = sandboxes
  const phone = `+8610${String(60_000_000 + number)}`
  const contact = crm.find('contact', 'email', email)
  const partner = erp.find('partner', 'email', email)
  if (number % 3 === 0 && contact !== undefined)
    crm.edit('contact', contact, { jobTitle: `Head of ${number}`, stage: 'Customer' })
  else if (number % 3 === 1 && partner !== undefined) erp.edit('partner', partner, { phone })
  else {
    const user = helpdesk.find('user', 'email', email)
    if (user !== undefined) helpdesk.edit('user', user, { phone: `+8613${String(900_000_000 + number * 7)}` })
  }
}
