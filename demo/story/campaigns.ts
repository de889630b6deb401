import type { About, Stage } from './stage.ts'

/** A campaign that was sent to the audience. */
export function campaign({ vendors: { mailchimp } }: Stage, subject: string): void {
  const listId = mailchimp.environment['MAILCHIMP_LIST'] ?? ''
  const form = new URLSearchParams([
    ['type', 'campaign'],
    ['fired_at', new Date().toISOString().replace('T', ' ').slice(0, 19)],
    ['data[id]', `campaign-${subject}`],
    ['data[subject]', subject],
    ['data[status]', 'sent'],
    ['data[list_id]', listId],
  ])
  mailchimp.emit(mailchimp.sign(form.toString()))
}

/** A member leaves the newsletter, or signs up. */
export function withdrawOrAgree({ email, number, stage: { vendors } }: About): void {
  const id = vendors.mailchimp.find('member', 'email_address', email)
  if (id === undefined) return
  vendors.mailchimp.edit('member', id, { status: number % 2 === 0 ? 'unsubscribed' : 'subscribed' })
}

/** Someone corrects what they see: a job title at sales, a mobile number at service, a phone at finance. */
export function correct({ email, number, stage: { vendors } }: About): void {
  const { salesforce, zendesk, odoo } = vendors
  const contact = salesforce.find('Contact', 'Email', email)
  const partner = odoo.find('contact', 'email', email)
  if (number % 3 === 0 && contact !== undefined) salesforce.edit('Contact', contact, { Title: `Head of ${number}` })
  else if (number % 3 === 1 && partner !== undefined)
    odoo.edit('contact', partner, { phone: `+8610${String(60_000_000 + number)}` })
  else {
    const user = zendesk.find('user', 'email', email)
    if (user !== undefined) zendesk.edit('user', user, { phone: `+8613${String(900_000_000 + number * 7)}` })
  }
}
