import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { startTestConsole } from './running-console.ts'
import { ACME, ANA, at, ids, seedPerson, TICKET } from './seed.ts'

const hub = await startTestConsole()
const admin = await hub.token('admin')
const masked = await hub.token('read-masked')
await seedPerson(hub.db)

const get = async (path: string, token = admin) => (await hub.call(token, 'GET', `/api/v1${path}`)).json

describe('lists', () => {
  it('page by cursor, each row once, in order, and a cursor fits only its own list', async () => {
    const seen: string[] = []
    let next = ''
    for (let page = 0; page < 10; page++) {
      const reply = await get(`/events?limit=3${next && `&cursor=${next}`}`)
      seen.push(...reply.items.map((item: { id: string }) => item.id))
      next = reply.next
      if (!next) break
      expect(reply.items).toHaveLength(3)
    }
    expect(seen).toEqual([ids.deadEvent, ids.otherEvent, ids.sharedEvent, ids.event])
    const { next: cursor } = await get('/events?limit=1')
    expect((await get(`/events?limit=1&state=dead&cursor=${cursor}`)).code).toBe('cursor_invalid')
    expect((await get(`/attempts?limit=1&cursor=${cursor}`)).code).toBe('cursor_invalid')
    expect((await get('/events?cursor=eyJrIjpbXX0.AAAAAAAAAAAAAAAAAAAAAA')).code).toBe('cursor_invalid')
  })

  it.each([
    ['/events?state=dead', [ids.deadEvent]],
    ['/events?remoteId=c-9', [ids.otherEvent]],
    [`/events?requestId=${ids.request}`, [ids.event]],
    ['/events?since=2100-01-01T00:00:00Z', []],
    ['/attempts?outcome=rejected&limit=1', [ids.otherAttempt]],
    ['/requests?system=crm', [ids.sharedRequest, ids.request]],
    ['/golden-records?q=ana.lopez@example.com', [ANA]],
    ['/golden-records?q=%2B34%20600%20123%20456', [ANA]],
    ['/golden-records?q=acm', [ACME]],
    ['/golden-records?q=c-1', [ANA]],
    ['/golden-records?q=100%25', []],
    ['/golden-records?entity=ticket', [TICKET]],
  ])('%s', async (path, expected) => {
    const reply = await get(path)
    expect(reply).toHaveProperty('items')
    expect(reply.items.map((item: { id: string }) => item.id)).toEqual(expected)
  })

  it('dead letters hold events and deliveries alike', async () => {
    const first = await get('/dead-letters?limit=1')
    const second = await get(`/dead-letters?limit=1&cursor=${first.next}`)
    expect(
      [...first.items, ...second.items].map((item: { kind: string; reason: string }) => [item.kind, item.reason]),
    ).toEqual([
      ['event', 'mapping_failed'],
      ['delivery', 'rejected'],
    ])
    expect(second.next).toBeUndefined()
  })

  it('counts', async () => {
    const stats = await get('/stats')
    expect(stats.goldenRecords).toContainEqual({ entity: 'person', state: 'active', count: 1 })
    expect(stats.deliveries).toContainEqual({ system: 'erp', state: 'dead', count: 1 })
    expect(stats.work.map((entry: { stage: string }) => entry.stage)).toEqual([
      'interpret',
      'read',
      'resolve',
      'plan',
      'deliver',
    ])
  })
})

describe('one thing', () => {
  it('an event shows its payload, also when it is the body of its request', async () => {
    const own = await get(`/events/${ids.sharedEvent}`)
    const body = await get(`/events/${ids.event}`)
    expect(own.payload.json).toEqual(body.payload.json)
    expect(body).toMatchObject({ goldenId: ANA, contentType: 'application/json' })
    expect((await get(`/events/${ANA}`)).code).toBe('not_found')
  })

  it('a golden record shows where everything came from and went', async () => {
    const record = await get(`/golden-records/${ANA}`)
    expect(record.sourceRecords[0].fields.email).toEqual({
      value: 'ana.lopez@example.com',
      at: at.toISOString(),
      event: ids.event,
      asserts: true,
    })
    expect(record.crosswalk.map((row: { system: string }) => row.system).sort()).toEqual(['crm', 'erp'])
    expect(record.links).toContainEqual({
      field: 'account',
      direction: 'to',
      target: 'crm/company/a-1',
      goldenId: ACME,
    })
    expect(record.history).toHaveLength(2)
    expect(record.deliveries[0].state).toBe('dead')
  })

  it('a waiting delivery is explained down to the dead parent', async () => {
    const why = await get(`/deliveries/erp/ticket/${TICKET}/why`)
    expect(why.summary).toContain(`person ${ANA}`)
    expect(why.steps[0]).toContain('is dead at erp (rejected)')
    expect(why.next[0]).toContain(ANA)
    const detail = await get(`/deliveries/erp/partner/${ANA}`)
    expect(detail.attempts.map((attempt: { id: string }) => attempt.id)).toEqual([ids.attempt])
    expect(detail.why.steps.join()).toContain('phone is wrong')
  })

  it('a request shows its events', async () => {
    const request = await get(`/requests/${ids.sharedRequest}`)
    expect(request.events.map((event: { id: string }) => event.id)).toEqual([ids.sharedEvent, ids.otherEvent])
  })
})

describe('masking', () => {
  it('nothing personal leaves for a masked reader, on any path, while ids and states stay', async () => {
    const paths = [
      '/events',
      `/events/${ids.event}`,
      `/events/${ids.deadEvent}`,
      `/requests/${ids.request}`,
      `/requests/${ids.sharedRequest}`,
      '/golden-records',
      `/golden-records/${ANA}`,
      `/golden-records/${TICKET}`,
      '/deliveries',
      `/deliveries/erp/partner/${ANA}`,
      '/attempts',
      `/attempts/${ids.attempt}`,
      `/attempts/${ids.oldAttempt}`,
      '/dead-letters',
      '/systems',
      '/stats',
    ]
    for (const path of paths) {
      const { text, status } = await hub.call(masked, 'GET', `/api/v1${path}`)
      expect(status, path).toBe(200)
      for (const secret of [
        'ana.lopez',
        'Lopez',
        'López',
        '600 123',
        '600123456',
        '"Ana',
        'divorce',
        'Divorce',
        'other@example',
      ]) {
        expect(text, `${path} shows ${secret}`).not.toContain(secret)
      }
    }
    const record = await get(`/golden-records/${ANA}`, masked)
    expect(record.fields).toMatchObject({ email: 'a***@***.com', givenName: 'A**', lifecycleStage: 'customer' })
    expect(record.id).toBe(ANA)
    const event = await get(`/events/${ids.event}`, masked)
    expect(event.payload.json).toMatchObject({ email: 'a***@***.com', plan: 'gold', id: 'c-1' })
    expect(event.receivedAt).toBe(at.toISOString())
  })

  it('a reader with the scope sees all', async () => {
    expect((await hub.call(await hub.token('read'), 'GET', `/api/v1/golden-records/${ANA}`)).text).toContain(
      'ana.lopez@example.com',
    )
  })
})

describe('acts', () => {
  it('replay by filter takes a dry run and its confirmation, for the same filter only', async () => {
    const post = (body: object) => hub.call(admin, 'POST', '/api/v1/replay', body)
    const filter = { system: 'crm', state: 'dead' }
    const dry = (await post({ filter })).json
    expect(dry).toMatchObject({ dryRun: true, count: 1, sample: [{ id: ids.deadEvent }] })
    expect(hub.asked).toEqual([])
    expect((await post({ filter, dryRun: false })).json.code).toBe('confirm_invalid')
    expect((await post({ filter: { system: 'crm' }, dryRun: false, confirm: dry.confirm })).json.code).toBe(
      'confirm_invalid',
    )
    expect((await post({ filter, dryRun: false, confirm: dry.confirm })).json).toEqual({
      dryRun: false,
      count: 1,
      sample: [],
    })
    expect(hub.asked).toEqual([{ name: 'replayEvents', given: [ids.deadEvent] }])
    expect((await post({ filter: {} })).json.code).toBe('request_invalid')
  })

  it('a replay of one event is noted with who asked for it', async () => {
    hub.asked.length = 0
    const replay = async (id: string) => (await hub.call(admin, 'POST', `/api/v1/events/${id}/replay`)).json
    expect(await replay(ids.deadEvent)).toEqual({ done: 1 })
    expect((await replay(hub.uuid())).code).toBe('not_found')
    const noted = await hub.db.selectFrom('audit').selectAll().where('action', '=', 'event.replay').execute()
    expect(noted).toEqual([expect.objectContaining({ actor: 'admin', target: ids.deadEvent, detail: { done: 1 } })])
  })

  it('retry and release choose only deliveries in such states', async () => {
    hub.asked.length = 0
    for (const act of ['retry', 'release']) {
      const post = async (body: object) => (await hub.call(admin, 'POST', `/api/v1/deliveries/${act}`, body)).json
      const { confirm, count } = await post({ filter: { system: 'erp' } })
      expect(count).toBe(1)
      expect((await post({ filter: { system: 'erp' }, dryRun: false, confirm })).count).toBe(1)
    }
    expect(hub.asked.map(({ name, given }) => [name, JSON.stringify(given).includes(ANA)])).toEqual([
      ['retryDeliveries', true],
      ['releaseDeliveries', false],
    ])
  })

  it('a brake shows what it holds, and ends only when that is confirmed', async () => {
    hub.asked.length = 0
    await sql`insert into brake (id, system, object, cause, changed, limited_to) values (gen_random_uuid(), 'erp', 'partner', 'policy', 300, 200)`.execute(
      hub.db,
    )
    await sql`update delivery set reason = 'brake', cause = 'policy', object = 'partner',
      detail = '{"would": "change", "members": ["name"], "cause": "policy"}' where system = 'erp' and state = 'held'`.execute(
      hub.db,
    )
    for (const act of ['release', 'discard']) {
      const post = async (body: object) =>
        (await hub.call(admin, 'POST', `/api/v1/brakes/erp/partner/${act}`, body)).json
      expect(await post({ dryRun: false })).toMatchObject({ code: 'confirm_invalid' })
      expect((await post({ cause: 'config' })).brakes).toEqual([])
      const { confirm, count, sample, brakes } = await post({ cause: 'policy' })
      expect(brakes).toEqual([expect.objectContaining({ cause: 'policy', changed: 300, limit: 200, held: 1 })])
      expect([count, sample]).toEqual([1, [expect.objectContaining({ would: 'change', members: ['name'] })]])
      expect(await post({ dryRun: false, confirm })).toMatchObject({ code: 'confirm_invalid' })
      expect((await post({ dryRun: false, confirm, cause: 'policy' })).count).toBe(3)
    }
    expect(hub.asked).toEqual([
      { name: 'releaseBrake', given: ['erp', 'partner', 'admin', 'policy'] },
      { name: 'discardBrake', given: ['erp', 'partner', 'admin', 'policy'] },
    ])
    const noted = await hub.db
      .selectFrom('audit')
      .select(['action', 'target', 'detail'])
      .where('target', '=', 'erp/partner')
      .execute()
    expect(noted).toEqual([
      { action: 'brake.release', target: 'erp/partner', detail: { count: 3, causes: ['policy'] } },
      { action: 'brake.discard', target: 'erp/partner', detail: { count: 3, causes: ['policy'] } },
    ])
    expect((await hub.call(await hub.token('read'), 'POST', '/api/v1/brakes/erp/partner/release', {})).json.code).toBe(
      'scope_missing',
    )
  })

  it('pause and resume name the system or say that there is none', async () => {
    hub.asked.length = 0
    expect((await hub.call(admin, 'POST', '/api/v1/systems/crm/pause', { reason: 'maintenance' })).json.name).toBe(
      'crm',
    )
    expect(hub.asked).toEqual([{ name: 'pauseSystem', given: { system: 'crm', reason: 'maintenance', by: 'admin' } }])
    expect((await hub.call(admin, 'POST', '/api/v1/systems/nope/resume')).json.code).toBe('not_found')
    const erp = await get('/systems/erp')
    expect(erp).toMatchObject({ state: 'active', deliveries: { dead: 1, waiting: 1, held: 1 }, deadEvents: 0 })
  })

  it('imports right rows and reports each wrong one with its number in the file', async () => {
    hub.asked.length = 0
    const csv = 'id,email\n1,a@b.c\n2,bad\n,x@y.z\n4,d@e.f\n'
    const dry = await hub.call(admin, 'POST', '/api/v1/imports/crm/contact?idColumn=id&dryRun=true', csv, 'text/csv')
    expect(hub.asked).toEqual([])
    const reply = await hub.call(admin, 'POST', '/api/v1/imports/crm/contact?idColumn=id', csv, 'text/csv')
    expect(reply.json).toEqual(dry.json)
    expect(reply.json).toEqual({
      rows: 4,
      accepted: 2,
      refused: [
        { row: 3, reason: 'email: expected a mail address' },
        { row: 4, reason: 'column "id" is empty' },
      ],
    })
    expect(hub.asked[0]?.given).toMatchObject({
      system: 'crm',
      object: 'contact',
      rows: [{ remoteId: '1' }, { remoteId: '4' }],
    })
    expect((await hub.call(admin, 'POST', '/api/v1/imports/crm/contact', 'a,"b\n1', 'text/csv')).json.code).toBe(
      'file_invalid',
    )
    expect((await hub.call(admin, 'POST', '/api/v1/imports/crm/contact', { rows: [{ id: 1 }] })).json.accepted).toBe(1)
    expect((await hub.call(admin, 'POST', '/api/v1/imports/nope/contact', { rows: [] })).json.code).toBe('not_found')
  })

  it('the configuration is shown and checked', async () => {
    await hub.db
      .insertInto('config_revision')
      .values({
        hash: 'old',
        content: JSON.stringify({ systems: { crm: { connector: 'rest' } } }),
        applied_by: 'start',
      })
      .execute()
    const config = await get('/config')
    expect(config).toMatchObject({ applied: false, content: { systems: { erp: {} } } })
    const check = (await hub.call(admin, 'POST', '/api/v1/config/check')).json
    expect(check).toMatchObject({ ok: true, changes: ['+ systems.crm.title', '+ systems.erp'] })
    expect(check.credentials).toEqual([
      { system: 'crm', result: 'passed', message: 'fine' },
      { system: 'erp', result: 'unchecked', message: expect.any(String) },
    ])
  })
})

it('every answer fitted its description', () => {
  expect(hub.mismatches.map(error => error.message)).toEqual([])
})
