import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PushItem } from '#connector/kit.ts'
import type { Json, JsonObject } from '#model/json.ts'
import zendesk from '../../../connectors/zendesk/connector.ts'
import { startSandbox, type ZendeskSandbox } from '../../../connectors/zendesk/sandbox.ts'
import type { ObjectName } from '../../../connectors/zendesk/objects.ts'
import { pushItem } from '../fixtures.ts'
import { sandboxAccess } from '../sandbox-access.ts'

let sandbox: ZendeskSandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

const access = (settings: object = {}) => sandboxAccess(zendesk, sandbox, { settings })

/** Makes a record as an agent in Zendesk would. */
function enter(object: ObjectName, fields: JsonObject) {
  const written = sandbox.account.write(object, undefined, fields)
  if ('refused' in written) throw new Error(written.refused.description)
  return written.record
}

function item(externalId: string, content: JsonObject, more: Partial<PushItem> = {}): PushItem {
  return { ...pushItem({ externalId, content, idempotencyKey: `key-${externalId}` }), ...more }
}

/** All that polls bring from a cursor until a round ends. */
async function pullAll(object: ObjectName, from?: Json, settings: object = {}) {
  const records: string[] = []
  let cursor = from
  for (let page = 1; page < 50; page++) {
    const pulled = await zendesk.pull?.changes?.(access(settings), object, cursor)
    if (pulled?.ok !== true) throw new Error(JSON.stringify(pulled))
    records.push(...pulled.records.map(({ remoteId, deleted }) => `${remoteId}${deleted === true ? ' deleted' : ''}`))
    cursor = pulled.cursor
    if (!pulled.more) return { records, cursor, pages: page }
  }
  throw new Error('the poll does not end')
}

describe('polling', () => {
  it('goes on where the cursor of the last poll ended, page by page, and tells what was deleted', async () => {
    const users = Array.from({ length: 7 }, (_, index) => enter('user', { name: `User ${index}` }))
    const first = await pullAll('user', undefined, { pageSize: 3 })
    expect(first).toMatchObject({ records: users.map(({ id }) => String(id)), pages: 3 })
    const [one, two] = users
    if (one === undefined || two === undefined) throw new Error('no users')
    sandbox.account.write('user', two, { name: 'Changed' })
    sandbox.account.remove('user', one)
    const next = await pullAll('user', first.cursor)
    expect(next.records).toEqual([String(two.id), `${one.id} deleted`])
    expect((await pullAll('user', next.cursor)).records).toEqual([])
  })

  it('gets organizations by time, and what the export left out with the next poll', async () => {
    sandbox.setExportLag(60_000)
    const late = enter('organization', { name: 'Late' })
    const first = await pullAll('organization')
    expect(first.records).toEqual([])
    sandbox.setExportLag(0)
    expect((await pullAll('organization', first.cursor)).records).toEqual([String(late.id)])
  })

  it('never starts within the last minute, which Zendesk refuses', async () => {
    const now = Math.floor(Date.now() / 1000)
    expect(await zendesk.pull?.changes?.(access(), 'organization', now)).toMatchObject({ ok: true })
  })

  it('lists ids of users that are there, and none of tickets, whose list is not complete', async () => {
    const listed = await zendesk.pull?.ids?.(access(), 'user', undefined)
    expect(listed?.ok === true && listed.ids).toEqual(
      sandbox.account.records.living('user').map(user => String(user.id)),
    )
    expect(zendesk.pull?.canListIds?.('ticket', access().settings)).toBe(false)
  })
})

describe('writing users', () => {
  it('writes many by one job, and asks for its end once for all of them', async () => {
    enter('user', { name: 'Known', email: 'known@example.com' })
    const items = [
      item('j-1', { name: 'One', email: 'known@example.com' }),
      item('j-2', { name: '' }),
      ...[3, 4, 5].map(n => item(`j-${n}`, { name: `Job ${n}` })),
    ]
    const made = access()
    const submitted = (await zendesk.push?.upsert(made, 'user', items)) ?? []
    expect(submitted.map(outcome => outcome.kind)).toEqual(items.map(() => 'submitted'))
    const jobs = submitted.map(outcome => (outcome.kind === 'submitted' ? outcome.job : null))
    const asked = await zendesk.push?.poll?.(made, 'user', jobs[0] ?? null)
    expect(asked).toMatchObject({ kind: 'submitted' })
    // What was asked just now is not asked again; a poll comes two seconds later.
    const later = { ...access(), system: 'later' }
    const outcomes = await Promise.all(jobs.map(async job => await zendesk.push?.poll?.(later, 'user', job)))
    expect(outcomes.map(outcome => outcome?.kind)).toEqual([
      'delivered',
      'rejected',
      'delivered',
      'delivered',
      'delivered',
    ])
    expect(later.calls).toHaveLength(1)
    expect(sandbox.records('user').filter(user => user['email'] === 'known@example.com')).toHaveLength(1)
  })

  it('asks for a job anew though its items ask all the time', async () => {
    const items = Array.from({ length: 5 }, (_, n) => item(`busy-${n}`, { name: `Busy ${n}` }))
    const made = { ...access(), system: 'busy' }
    const [submitted] = (await zendesk.push?.upsert(made, 'user', items)) ?? []
    const job = submitted?.kind === 'submitted' ? submitted.job : null
    const ends = Date.now() + 4000
    let outcome: string | undefined = 'submitted'
    while (outcome === 'submitted' && Date.now() < ends) {
      outcome = (await zendesk.push?.poll?.(made, 'user', job))?.kind
      await sleep(100)
    }
    expect(outcome).toBe('delivered')
  })

  it('writes again what a forgotten job was to write', async () => {
    expect(await zendesk.push?.poll?.(access(), 'user', { id: 'forgotten', index: 0 })).toMatchObject({ kind: 'retry' })
  })

  it('finds users by its own id or mail address, several in a call, and organizations by exactly their name', async () => {
    const own = enter('user', { name: 'Own', email: 'own@example.com', external_id: 'g-own' })
    const mail = enter('user', { name: 'Mail', email: 'mail@example.com' })
    const queries = [
      { externalId: 'g-own', content: { email: 'mail@example.com' } },
      { externalId: 'g-2', content: { email: 'MAIL@example.com' } },
      { externalId: 'g-3', content: { email: 'own@example.com' } },
      { externalId: 'g-4', content: { email: 'nobody@example.com' } },
    ]
    const made = access()
    const found = await zendesk.push?.find?.(made, 'user', queries)
    expect(found).toEqual({ ok: true, found: [[String(own.id)], [String(mail.id)], [String(own.id)], []] })
    expect(made.calls).toHaveLength(2)
    enter('organization', { name: 'Acme Holding' })
    const acme = enter('organization', { name: 'Acme' })
    const byName = [{ externalId: 'g-5', content: { name: 'acme' } }]
    expect(await zendesk.push?.find?.(access(), 'organization', byName)).toEqual({
      ok: true,
      found: [[String(acme.id)]],
    })
  })
})

describe('writing tickets', () => {
  const content = { subject: 'Help', comment: { body: 'Please' }, requester_id: 1 }

  it('makes no second ticket when a create is repeated, nor with other content under the same key', async () => {
    const created = item('t-1', content)
    const [first] = (await zendesk.push?.upsert(access(), 'ticket', [created])) ?? []
    const [again] = (await zendesk.push?.upsert(access(), 'ticket', [created])) ?? []
    expect(again).toEqual(first)
    const changed = item('t-1', { ...content, subject: 'Other' })
    expect(await zendesk.push?.upsert(access(), 'ticket', [changed])).toMatchObject([{ kind: 'unknown' }])
    expect(sandbox.records('ticket').filter(ticket => ticket['external_id'] === 't-1')).toHaveLength(1)
    const found = await zendesk.push?.find?.(access(), 'ticket', [{ externalId: 't-1', content: {} }])
    expect(found).toEqual({ ok: true, found: [[first?.kind === 'delivered' ? first.remoteId : '']] })
  })

  it('writes what the customer said once the ticket is solved, and links a new one whose rating is refused', async () => {
    const rating = { score: 'good', comment: 'Fast!' }
    const [open] =
      (await zendesk.push?.upsert(access(), 'ticket', [item('t-2', { ...content, satisfaction_rating: rating })])) ?? []
    if (open?.kind !== 'exists') throw new Error(`it is ${open?.kind}`)
    const solved = { status: 'solved', satisfaction_rating: rating }
    const known = item('t-2', solved, { remoteId: open.remoteId })
    expect(await zendesk.push?.upsert(access(), 'ticket', [known])).toMatchObject([{ kind: 'delivered' }])
    expect(sandbox.records('ticket').find(ticket => ticket['external_id'] === 't-2')).toMatchObject({
      status: 'solved',
      description: 'Please',
      satisfaction_rating: rating,
    })
  })

  it('sends the key of idempotency with creates alone', async () => {
    const made = access()
    await zendesk.push?.upsert(made, 'ticket', [item('t-3', content)])
    const [ticket] = sandbox.account.records.living('ticket')
    await zendesk.push?.upsert(made, 'ticket', [item('t-3', { status: 'open' }, { remoteId: String(ticket?.id) })])
    expect(made.calls.map(call => call.headers?.['idempotency-key'])).toEqual(['key-t-3', undefined])
  })
})

it('refuses subdomains that would lead to another host', () => {
  for (const subdomain of ['evil.example/', 'a.b', 'x#', '-a', 'a@b', '']) {
    expect(zendesk.manifest.settings.safeParse({ subdomain }).success, subdomain).toBe(false)
  }
  expect(zendesk.manifest.settings.safeParse({}).success).toBe(false)
  expect(zendesk.manifest.settings.safeParse({ subdomain: 'example-1' }).success).toBe(true)
})
