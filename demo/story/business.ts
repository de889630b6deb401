import type { About, Step } from './stage.ts'

/** A ticket by mail; its sender becomes a user if there is none yet. Later it is solved and rated. */
export function ticketSteps({ person, email, stage: { sandboxes, random } }: About, atMs: number): Step[] {
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
export function orderSteps({ person, email, number, stage: { sandboxes, random } }: About, atMs: number): Step[] {
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

export function dealSteps({ person, email, number, stage: { sandboxes, random } }: About, atMs: number): Step[] {
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
