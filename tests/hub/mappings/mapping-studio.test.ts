import request from 'supertest'
import { beforeAll, describe, expect, test } from 'vitest'
import { createToken } from '#console/tokens.ts'
import type { Scope } from '#console/scopes.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { startScene, type Scene } from '../scene.ts'
import { openConsole } from '../console.ts'

const IN = '{"person": {"email": $email(mail), "mobile": $phone(tel, "CN"), "fullName": name}}'
const OUT = '{"ext": $id, "mail": email, "name": fullName}'
const NAME = '欧阳娜娜'
const MAIL = 'nana.ouyang@firm.cn'

describe('the studio', () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm')
  let scene: Scene
  let eventId = ''
  let goldenId = ''
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    scene = await startScene({
      yaml: `
systems:
  erp: { connector: erp }
  crm: { connector: crm }
routes:
  - { entity: person, system: crm, object: contact }
`,
      connectors: [erp.connector, crm.connector],
      mappings: { 'erp/contact.in': IN, 'crm/contact.out': OUT },
      overrides: { console: openConsole },
    })
    for (const scopes of [['map'], ['map', 'read']] as const) {
      const of = { id: scene.hub.ids.uuid(), name: scopes.join('+'), scopes: [...scopes] as Scope[] }
      tokens.set(of.name, (await createToken(scene.db.database.kysely, of)).value)
    }
    const data = { mail: MAIL, tel: '13912345678', name: NAME }
    await scene.post('erp', [{ id: '1', at: '2026-01-01T00:00:00Z', data }])
    await scene.calm()
    eventId = String((await scene.rows<{ id: string }>("select id from event where system = 'erp'"))[0]?.id)
    goldenId = String((await scene.rows<{ id: string }>("select id from golden_record where entity = 'person'"))[0]?.id)
  })

  async function api(who: 'map' | 'map+read', method: 'get' | 'put' | 'post', path: string, body?: object) {
    const started = request(scene.hub.url)[method](`/api/v1${path}`)
    const asked = started.set('authorization', `Bearer ${tokens.get(who) ?? ''}`)
    const reply = await (body === undefined ? asked : asked.send(body))
    return { status: reply.status, body: reply.body }
  }
  const studio = (who: 'map' | 'map+read', act: string, body: object, name = 'erp/contact.in') =>
    api(who, 'post', `/mappings/${name}/${act}`, body)

  test('a text is tried on a stored event, beside what is in force', async () => {
    const source = '{"person": {"email": $email(mail), "mobile": "none", "fullName": $uppercase(name), "foo": 1}}'
    const { status, body } = await studio('map+read', 'try', { source, eventId })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({
      record: {
        kind: 'event',
        id: eventId,
        at: '2026-01-01T00:00:00.000Z',
        input: { mail: MAIL, name: NAME },
        env: { now: '2026-01-01T00:00:00.000Z', variables: { system: 'erp', object: 'contact', remoteId: '1' } },
        standIn: false,
      },
      draft: { ok: true, value: { person: { email: MAIL, mobile: 'none', foo: 1 } }, ms: expect.any(Number) },
      inForce: { ok: true, value: { person: { email: MAIL, mobile: '+8613912345678', fullName: NAME } } },
      differences: [
        { path: 'person.mobile', before: '+8613912345678', after: 'none' },
        { path: 'person.foo', after: 1 },
      ],
      problems: expect.arrayContaining([
        {
          path: 'person.mobile',
          reason: 'issue_format_e164',
          params: {},
          message: expect.stringContaining('E.164'),
        },
        {
          path: 'person',
          reason: 'issue_field_unknown',
          params: { entity: 'person', name: 'foo' },
          message: expect.stringContaining('"foo"'),
        },
      ]),
    })
  })

  test('who may not see personal data gets stand-ins that mappings can read, and no way around them', async () => {
    const source = `{"person": {"email": $email(mail), "mobile": $phone(tel, "CN"), "fullName": name, "jobTitle": $base64encode(mail & name & tel)}}`
    const { body } = await studio('map', 'try', { source, eventId })
    expect(body.record).toMatchObject({ standIn: true, input: { mail: expect.stringMatching(/^\w+@example\.com$/) } })
    expect(body.draft.value.person).toMatchObject({
      email: body.record.input.mail,
      mobile: expect.stringMatching(/^\+861\d{10}$/),
      fullName: expect.stringMatching(/^\p{Script=Han}{4}$/u),
    })
    const told = Buffer.from(String(body.draft.value.person.jobTitle), 'base64').toString()
    expect(told).toContain('@example.com')
    for (const secret of [MAIL, NAME, '13912345678', '5678'])
      expect(`${JSON.stringify(body)}${told}`).not.toContain(secret)
    // The same ones each time, and also for a case that somebody saves who may see everything.
    const again = await studio('map+read', 'try', { source, eventId, standIn: true })
    expect(again.body.record).toEqual(body.record)
    const failing = await studio('map', 'try', { source: '$number(mail & name)', eventId })
    expect(failing.body.draft).toMatchObject({ ok: false, failure: { code: 'D3030', line: 1 } })
    expect(JSON.stringify(failing.body)).not.toContain(NAME)
  })

  test('a golden record goes through an outbound mapping with its variables; a JSON that is given through any', async () => {
    const tried = await studio('map+read', 'try', { goldenId }, 'crm/contact.out')
    expect(tried.body).toMatchObject({
      record: { kind: 'golden', input: { email: MAIL }, env: { variables: { id: goldenId, entity: 'person' } } },
      draft: { ok: true, value: { ext: goldenId, mail: MAIL } },
      differences: [],
      problems: [],
    })
    const veiled = await studio('map', 'try', { goldenId }, 'crm/contact.out')
    expect(JSON.stringify(veiled.body)).not.toContain(MAIL)
    expect(veiled.body.draft.value.mail).toMatch(/@example\.com$/)
    const input = { mail: 'Ann@X.org' }
    const given = await studio('map', 'try', { source: '{"person": {"email": $email(mail)}}', input })
    expect(given.body.draft).toMatchObject({ value: { person: { email: 'ann@x.org' } } })
    const source = '{\n  "person": {"email": $uppercase(mail.x + 1)}\n}'
    expect((await studio('map', 'try', { source, input: { mail: { x: 'a' } } })).body.draft.failure).toMatchObject({
      code: 'T2001',
      line: 2,
      expression: 'mail.x + 1',
      value: 'a',
      path: 'mail.x',
      position: source.indexOf('mail.x'),
      end: source.indexOf(')'),
    })
    expect(await studio('map', 'try', { input, eventId })).toMatchObject({ status: 400 })
    const long = `[${'1,'.repeat(70_000)}1]`
    for (const act of ['try', 'format']) expect((await studio('map', act, { source: long, input })).status).toBe(400)
    expect((await api('map', 'put', '/mappings/erp/contact.in/draft', { source: long })).status).toBe(400)
    expect(await studio('map', 'try', { eventId: goldenId })).toMatchObject({ status: 404 })
  })

  test('completions, one way to set it, the table form and back', async () => {
    const marked = '{"person": {"email": $ema'
    const found = await studio('map', 'completions', { source: marked, position: marked.length })
    expect(found.body).toMatchObject({ from: marked.indexOf('$'), options: expect.any(Array) })
    expect(found.body.options.map((one: { label: string }) => one.label)).toContain('$email')
    // The fields of the newest event, though no case shows them.
    const field = '{"person": {"email": ma'
    const fields = await studio('map', 'completions', { source: field, position: field.length })
    expect(fields.body.options).toContainEqual({ label: 'mail', kind: 'field', detail: 'a string' })
    const source = '{"person":{"email":$email(mail)??"13812345678","x":a=1}}'
    const set = await studio('map', 'format', { source })
    expect(set.body.source).toContain('$email(mail) ?? "13812345678"')
    const table = await studio('map', 'table', { source: set.body.source })
    expect(table.body).toMatchObject({
      ok: true,
      rows: [
        { kind: 'mapped', source: 'mail', transformations: [{ name: 'email' }], default: '13812345678' },
        { kind: 'expression', text: 'a = 1' },
      ],
    })
    const { ok: _, ...form } = table.body
    const back = await studio('map', 'text', form)
    expect(back.body.source.replaceAll(/\s/g, '')).toBe(source.replaceAll(/\s/g, ''))
    expect((await studio('map', 'table', { source: '1 + 1' })).body).toMatchObject({ ok: false })
    const wrong = { rows: [{ target: ['a'], comments: [], kind: 'expression', text: '1 +' }] }
    expect(await studio('map', 'text', wrong)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'rows[0].text', reason: 'expression_unreadable' }] },
    })
    for (const act of ['format', 'table'])
      expect(await studio('map', act, { source: '{\n"a": ' })).toMatchObject({
        status: 400,
        body: { errors: [{ path: expect.stringMatching(/^2:\d+$/) }] },
      })
  })

  test('a save of other cases is told to the other author as well, and cases are run as they are written', async () => {
    const draft = (body: object) =>
      api('map', 'put', '/mappings/crm/contact.out/draft', { source: `${OUT} /* anew */`, ...body })
    const one = { name: 'one', input: { email: 'a@x.org' }, expect: { mail: 'a@x.org' } }
    const first = await draft({ expected: null, cases: [one] })
    expect(first).toMatchObject({ status: 200, body: { version: expect.any(String), cases: [one] } })
    const second = await draft({ expected: first.body.version, cases: [{ ...one, name: 'two' }] })
    expect(second.body.version).not.toBe(first.body.version)
    expect(await draft({ expected: first.body.version })).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/^map saved another draft at 20/) },
    })
    const shown = await api('map', 'get', '/mappings/crm/contact.out')
    expect(shown.body).toMatchObject({
      uses: [{ system: 'crm', object: 'contact', entity: 'person', direction: 'out' }],
      draft: { by: 'map', revision: 2, version: second.body.version },
      cases: [{ name: 'two', input: { email: 'a@x.org' } }],
    })
    const wrong = [{ ...one, expect: { mail: 'b@x.org' } }]
    const checked = await studio('map', 'check', { cases: wrong }, 'crm/contact.out')
    expect(checked.body).toMatchObject({ passed: false, results: [{ name: 'one', passed: false }] })
    const finding = await studio('map', 'check', { source: '{"person": {"emial": mail}}' })
    expect(finding.body.findings).toContainEqual(
      expect.objectContaining({ code: 'unknown_target', position: 12, end: 19 }),
    )
  })

  test('a publication tells how far its replay is, and the list what failed', async () => {
    const published = await api('map', 'post', '/mapping-publications', { mappings: ['crm/contact.out'], replay: true })
    const path = `/mapping-publications/${String(published.body.number)}`
    await expect
      .poll(async () => (await api('map', 'get', path)).body.replay, { timeout: 30_000 })
      .toMatchObject({ state: 'done', done: 1, total: 1, endedAt: expect.any(String) })
    await expect(api('map', 'get', '/mapping-publications/1')).resolves.toMatchObject({ body: { replay: null } })
    expect((await api('map', 'get', '/mapping-publications?mapping=crm/contact.out')).body.items[0].number).toBe(
      published.body.number,
    )
    expect((await api('map', 'get', '/mapping-publications?mapping=crm/none.out')).body.items).toEqual([])
    await scene.post('erp', [{ id: '2', at: '2026-01-02T00:00:00Z', data: { mail: 'x@x.org', name: 1 } }])
    await scene.calm()
    const { items } = (await api('map', 'get', '/mappings')).body
    expect(items.find((one: { name: string }) => one.name === 'erp/contact.in')).toMatchObject({ failedLastHour: 1 })
    expect(items.find((one: { name: string }) => one.name === 'crm/contact.out')).toMatchObject({
      cases: 1,
      casesPassed: 1,
      failedLastHour: 0,
    })
  })

  test('a plan of a text that does not compile says where, and is none', async () => {
    const where = { system: 'crm', object: 'contact', direction: 'out' }
    const { status, body } = await api('map', 'post', '/mapping-plans', { ...where, source: '{"a": ' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ reason: 'text_unreadable', errors: [{ path: '1:7', reason: 'S0203' }] })
  })

  test('a plan shows no value to who may not see personal data, by whatever way a draft takes', async () => {
    const source = '{"mail": $base64encode(email), $join(["x", $base64encode(fullName)]): 1}'
    const where = { system: 'crm', object: 'contact', direction: 'out' }
    const planned = async (who: 'map' | 'map+read', text: string) => {
      const started = await api(who, 'post', '/mapping-plans', { ...where, source: text })
      const path = `/mapping-plans/${String(started.body.id)}`
      await expect.poll(async () => (await api(who, 'get', path)).body.state, { timeout: 60_000 }).toBe('done')
      return (await api(who, 'get', path)).body
    }
    const secret = Buffer.from(MAIL).toString('base64')
    expect(JSON.stringify(await planned('map+read', source))).toContain(secret)
    const veiled = await planned('map', source)
    expect(veiled).toMatchObject({
      changed: 1,
      fields: { mail: { changed: 1 } },
      samples: [{ after: { mail: '***' } }],
    })
    expect(JSON.stringify(veiled)).not.toContain(secret)
    expect(JSON.stringify(veiled)).not.toContain(Buffer.from(NAME).toString('base64'))
    const failing = await planned('map', '{"mail": $error($base64encode(email))}')
    expect(failing).toMatchObject({ newFailures: 1, failures: [{ failure: 'D3137' }] })
  })
})
