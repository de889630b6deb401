import type { About, Step } from './stage.ts'

/** A ticket by mail; its sender becomes a user if there is none yet. Later it is solved and rated. */
export function ticketSteps({ person, email, stage: { vendors, random } }: About, atMs: number): Step[] {
  const { zendesk } = vendors
  let ticket: string | undefined
  const open: Step = {
    atMs,
    act() {
      const user =
        zendesk.find('user', 'email', email) ?? zendesk.edit('user', undefined, { name: person.fullName, email })
      const organization = zendesk.record('user', user)?.fields['organization_id']
      ticket = zendesk.edit('ticket', undefined, {
        subject: random.pick(['Invoice wrong', '发票有误', 'How do I return this?', '怎么退货？', 'Delivery is late']),
        comment: { body: 'Please help.' },
        status: 'new',
        priority: random.pick(['low', 'normal', 'high']),
        via: { channel: random.pick(['email', 'web', 'chat']) },
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
      zendesk.edit('ticket', ticket, { status: 'solved', satisfaction_rating: rating })
    },
  }
  return random.chance(0.6) ? [open, solve] : [open]
}

/** An order of a customer whom finance has by now, and its invoice, which is paid a little later. */
export function orderSteps({ email, number, stage: { vendors, random } }: About, atMs: number): Step[] {
  const { odoo } = vendors
  let invoice: string | undefined
  const amount = (100 + random.integer(100_000)) / 100
  const order: Step = {
    atMs,
    act() {
      const partner = odoo.find('contact', 'email', email)
      if (partner === undefined) return
      const sale = {
        partner_id: Number(partner),
        amount_total: amount,
        currency_id: random.pick(['CNY', 'EUR']),
      }
      odoo.edit('order', undefined, {
        ...sale,
        name: `S${10_000 + number}`,
        state: 'sale',
        date_order: new Date().toISOString().slice(0, 19).replace('T', ' '),
      })
      invoice = odoo.edit('invoice', undefined, {
        ...sale,
        move_type: 'out_invoice',
        name: `INV/2026/${10_000 + number}`,
        state: 'posted',
        payment_state: 'not_paid',
        amount_residual: amount,
        invoice_date: new Date().toISOString().slice(0, 10),
      })
    },
  }
  const pay: Step = {
    atMs: atMs + 2000,
    act: () =>
      void (invoice !== undefined && odoo.edit('invoice', invoice, { payment_state: 'paid', amount_residual: 0 })),
  }
  return random.chance(0.7) ? [order, pay] : [order]
}

/** Sales see a chance, and win or lose it. */
export function dealSteps({ person, email, number, stage: { vendors, random } }: About, atMs: number): Step[] {
  const { salesforce } = vendors
  let deal: string | undefined
  const open: Step = {
    atMs,
    act() {
      const contactId = salesforce.find('Contact', 'Email', email)
      if (contactId === undefined) return
      const accountId = person.company && salesforce.find('Account', 'Name', person.company.name)
      deal = salesforce.edit('Opportunity', undefined, {
        Name: `Deal ${number}`,
        Amount: 500 + random.integer(90_000),
        StageName: 'Prospecting',
        CloseDate: '2026-12-31',
        ...(accountId === undefined ? {} : { AccountId: accountId }),
      })
      salesforce.edit('OpportunityContactRole', undefined, {
        OpportunityId: deal,
        ContactId: contactId,
        IsPrimary: true,
      })
    },
  }
  const close: Step = {
    atMs: atMs + 2500,
    act() {
      if (deal !== undefined)
        salesforce.edit('Opportunity', deal, { StageName: random.pick(['Closed Won', 'Closed Lost']) })
    },
  }
  return [open, close]
}
