import type { DemoPerson } from '../people.ts'
import { dealSteps, orderSteps, ticketSteps } from './business.ts'
import { correct, withdrawOrAgree } from './campaigns.ts'
import type { Stage, Step } from './stage.ts'

/** A customer's way through the systems: met in one, then seen, changed and sold to in others. */
export function personSteps(person: DemoPerson, number: number, stage: Stage, lastMs: number): Step[] {
  const { random } = stage
  const startMs = 3000 + random.integer(lastMs * 0.55)
  const later = (): number => Math.min(lastMs, startMs + 3500 + random.integer(Math.max(1, lastMs - startMs - 3500)))
  const meet = random.pick(
    person.email === undefined
      ? [byForm, byForm, atSales]
      : [byForm, byForm, byMail, atSales, atSales, atService, atFinance, atMarketing, atNewsletter],
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
  if (random.chance(0.25)) steps.push({ atMs: later(), act: () => byMail(person, number, stage) })
  if (random.chance(0.3)) steps.push({ atMs: later(), act: () => withdrawOrAgree(about) })
  if (random.chance(0.35)) steps.push({ atMs: later(), act: () => correct(about) })
  return steps
}

type Meet = (person: DemoPerson, number: number, stage: Stage) => void | Promise<void>

export const byForm: Meet = (person, number, { postForm }) =>
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

export const byMail: Meet = (person, number, { sendMail }) =>
  sendMail({
    from: { name: person.fullName, address: person.email ?? '' },
    messageId: `<demo-${number}-${Date.now()}@mail.example>`,
    subject: number % 2 === 0 ? '报价' : 'Your offer',
    text: `Hello,\n\nplease call me back.\n\n-- \n${person.fullName}\n`,
  })

const atSales: Meet = (person, _number, { vendors: { salesforce } }) => {
  const accountId = person.company && salesforce.find('Account', 'Name', person.company.name)
  salesforce.edit('Contact', undefined, {
    // Typed in a hurry: the CRM tidies it up.
    FirstName: ` ${person.givenName}`,
    LastName: person.familyName,
    MobilePhone: person.mobile,
    Title: person.jobTitle,
    ...(person.email === undefined ? {} : { Email: person.email }),
    ...(accountId === undefined ? {} : { AccountId: accountId }),
  })
}

const atService: Meet = (person, _number, { vendors: { zendesk } }) => {
  zendesk.edit('user', undefined, {
    name: person.fullName,
    email: (person.email ?? '').toUpperCase(),
    phone: person.mobile,
  })
}

const atFinance: Meet = (person, _number, { vendors: { odoo } }) => {
  const parent = person.company && odoo.find('company', 'vat', person.company.taxId)
  odoo.edit('contact', undefined, {
    name: person.fullName,
    email: person.email ?? '',
    phone: person.mobile,
    function: person.jobTitle,
    parent_id: parent === undefined ? false : Number(parent),
  })
}

const atMarketing: Meet = (person, _number, { vendors: { hubspot } }) => {
  hubspot.edit('contact', undefined, {
    email: person.email ?? '',
    firstname: person.givenName,
    lastname: person.familyName,
    jobtitle: person.jobTitle,
    lifecyclestage: 'lead',
  })
}

const atNewsletter: Meet = (person, _number, { vendors: { mailchimp } }) => {
  mailchimp.edit('member', undefined, {
    email_address: person.email ?? '',
    merge_fields: { FNAME: person.givenName, LNAME: person.familyName },
    language: person.language,
    tags: ['newsletter'],
  })
}
