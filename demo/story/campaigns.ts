import { campaignWebhook } from '../sandboxes/marketing.ts'
import type { About } from './stage.ts'

/** Opens and clicks of a campaign by whoever is a subscriber by now. */
export function campaign({ email, number, stage: { sandboxes } }: About): void {
  const subscriberId = sandboxes.marketing.find('subscriber', 'email', email)
  if (subscriberId === undefined) return
  const common = { email, subscriberId, campaign: 'Autumn news', atMs: Date.now() }
  sandboxes.marketing.emit(campaignWebhook({ ...common, id: `open-${number}`, type: 'open' }))
  if (number % 2 === 0)
    sandboxes.marketing.emit(
      campaignWebhook({ ...common, id: `click-${number}`, type: 'click', url: 'https://www.patchbay-demo.example/a' }),
    )
}

export function withdrawOrAgree({ email, number, stage: { sandboxes } }: About): void {
  const id = sandboxes.marketing.find('subscriber', 'email', email)
  if (id === undefined) return
  const consent = number % 2 === 0 ? 'denied' : 'granted'
  sandboxes.marketing.edit('subscriber', id, { email_consent: consent, email_consent_at: new Date().toISOString() })
}

/** Someone corrects what they see: a job title at sales, a mobile number at service, a phone at finance. */
export function correct({ email, number, stage: { sandboxes } }: About): void {
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
