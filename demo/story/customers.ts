import type { DemoPerson } from '../people.ts'
import { dealSteps, orderSteps, ticketSteps } from './business.ts'
import { campaign, correct, withdrawOrAgree } from './campaigns.ts'
import type { Stage, Step } from './stage.ts'

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
