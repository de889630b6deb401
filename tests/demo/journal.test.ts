import { describe, expect, test } from 'vitest'
import { createSandbox } from '../../demo/sandboxes/all.ts'
import { CRM_SECRETS } from '../../demo/sandboxes/crm.ts'
import type { Sandbox } from '../../demo/sandboxes/sandbox.ts'
import { createTable } from '../../demo/sandboxes/table.ts'
import type { Change } from '../../demo/sandboxes/table.ts'

function contacts() {
  const changes: Change[] = []
  let nowMs = 1000
  const table = createTable({
    firstId: 1,
    unique: ['email'],
    nowMs: () => nowMs++,
    normalise: fields => fields,
    onChange: change => void changes.push(change),
  })
  const add = (fields: Record<string, string>): string => {
    const result = table.insert(fields, 'user')
    if (!result.ok) throw new Error(result.field)
    return result.row.id
  }
  return { table, changes, add }
}

describe('a vendor’s table', () => {
  test('merges two records: gaps are filled, the loser’s id leads to the winner, its mail address is free', () => {
    const { table, changes, add } = contacts()
    const [winner, loser] = [add({ email: 'a@x.test', title: 'CFO' }), add({ mobile: '+4915', title: 'Buyer' })]
    expect(table.merge(winner, loser, 'user')).toBe(true)
    expect(table.get(loser)).toBe(table.get(winner))
    expect(table.get(winner)?.fields).toEqual({ email: 'a@x.test', title: 'CFO', mobile: '+4915' })
    expect(table.all()).toHaveLength(1)
    expect(changes.slice(2).map(({ action, row, loser: gone }) => [action, row.id, gone?.id])).toEqual([
      ['merged', winner, loser],
      ['updated', winner, undefined],
    ])
  })

  test('restores what was removed, unless its mail address is taken', () => {
    const { table, add } = contacts()
    const [first, second] = [add({ email: 'a@x.test' }), add({ email: 'b@x.test' })]
    table.remove(first, 'user')
    table.remove(second, 'user')
    expect(table.get(first)).toBeUndefined()
    expect(table.restore(first, 'user')).toBe(true)
    expect(table.findBy('email', 'A@x.test')?.id).toBe(first)
    add({ email: 'b@x.test' })
    expect(table.restore(second, 'user')).toBe(false)
  })

  test('takes a record of earlier days', () => {
    const { table } = contacts()
    const result = table.insert({ email: 'a@x.test' }, 'user', 5)
    expect(result.ok && result.row).toMatchObject({ createdAtMs: 5, updatedAtMs: 5 })
  })
})

async function read(helpdesk: Sandbox, id: string): Promise<void> {
  const authorization = `Basic ${Buffer.from('hub@example.com/token:helpdesk-api-key').toString('base64')}`
  await fetch(`${helpdesk.url()}/api/v2/users/show_many?ids=${id}`, { headers: { authorization } })
}

describe('a sandbox’s journal', () => {
  test('a change with a whole webhook is told at once; one with a thin webhook when it is read', async () => {
    const crm = createSandbox('crm', { seed: 1, webhookTarget: 'http://127.0.0.1:1' })
    crm.edit('contact', undefined, { firstName: 'ana' })
    crm.webhooks.stop()
    const [created] = crm.journal.entries()
    expect(created).toMatchObject({ action: 'created', author: 'user', given: { firstName: 'ana' } })
    expect(created && crm.journal.firstTold(created, 'firstName')?.fields).toEqual({ firstName: 'Ana' })

    const helpdesk = createSandbox('helpdesk', { seed: 1 })
    await helpdesk.start()
    try {
      const id = helpdesk.edit('user', undefined, { name: 'Ana', phone: '1' })
      helpdesk.edit('user', id, { phone: '2' })
      await read(helpdesk, id)
      const [first, second] = helpdesk.journal.entries()
      if (!first || !second) throw new Error('the journal is empty')
      // The number was overwritten before anyone read it; the name was not.
      expect(helpdesk.journal.firstTold(first, 'phone')).toBeUndefined()
      expect(helpdesk.journal.firstTold(first, 'name')).toBe(second.row)
      expect(helpdesk.journal.firstTold(second, 'phone')).toBe(second.row)
    } finally {
      await helpdesk.stop()
    }
  })

  test('counts the changes of the hub that a webhook tells it of', async () => {
    const marketing = createSandbox('marketing', { seed: 1 })
    await marketing.start()
    const write = (): Promise<Response> =>
      fetch(`${marketing.url()}/v3/subscribers/batch`, {
        method: 'POST',
        headers: { authorization: 'Bearer marketing-bearer-token', 'content-type': 'application/json' },
        body: JSON.stringify({ subscribers: [{ email: 'ana@x.test' }] }),
      })
    try {
      await write()
      expect([marketing.counters.writes, marketing.counters.echoed]).toEqual([1, 0])
      marketing.setWebhookTarget('http://127.0.0.1:1')
      await write()
      marketing.edit('subscriber', undefined, { email: 'bo@x.test' })
      expect([marketing.counters.writes, marketing.counters.echoed]).toEqual([2, 1])
    } finally {
      await marketing.stop()
    }
  })
})

test('the ERP renders values its own way', () => {
  const erp = createSandbox('erp', { seed: 1 })
  const id = erp.edit('partner', undefined, {
    name: 'Ana',
    city: 'Delft',
    phone: '+861060000001',
    mobile: '13912345678',
  })
  expect(erp.record('partner', id)?.fields).toMatchObject({
    city: 'DELFT',
    phone: '+86 106 0000 001',
    mobile: '139 1234 5678',
  })
})

test('the CRM tells of a merge in one signed webhook, and answers by either id', async () => {
  const crm = createSandbox('crm', { seed: 1, fast: true })
  await crm.start()
  try {
    const winner = crm.edit('contact', undefined, { email: 'a@x.test' })
    const loser = crm.edit('contact', undefined, { mobile: '+49151' })
    expect(crm.merge('contact', winner, loser)).toBe(true)
    const form = { grant_type: 'client_credentials', client_id: CRM_SECRETS.clientId }
    const signIn = await fetch(`${crm.url()}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_secret: CRM_SECRETS.clientSecret }),
    })
    const { access_token: token } = (await signIn.json()) as { access_token: string }
    const reply = await fetch(`${crm.url()}/v1/contacts/${loser}`, { headers: { authorization: `Bearer ${token}` } })
    expect(await reply.json()).toMatchObject({ id: winner, email: 'a@x.test', mobile: '+49151' })
  } finally {
    await crm.stop()
  }
})
