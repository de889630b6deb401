import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '#model/json.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/hub.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  crm: { connector: crm, priority: 10, author: [patchbay], objects: { contact: { compare: { department: ignoreCase } } } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
`
const IN = `{"person": {"email": mail, "givenName": first, "jobTitle": job, "department": team, "tags": tags}}`
const OUT = `{"ext": $id, "mail": email, "first": givenName, "job": jobTitle, "team": department, "tags": tags}`
/** The desk keeps our id. */
const IN_WITH_ID = IN.replace('{"email"', '{"@externalId": ext, "language": lang, "email"')
const MAPPINGS = {
  'crm/contact.in': IN,
  'desk/contact.in': IN_WITH_ID,
  'crm/contact.out': OUT,
  'desk/contact.out': OUT,
}

describe('what comes back from a system that we write to', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  let scene: Scene
  let n = 0
  let mail = ''

  beforeAll(async () => {
    scene = await startScene({ yaml: YAML, connectors: [crm.connector, desk.connector], mappings: MAPPINGS })
  })
  beforeEach(() => {
    crm.answer = () => undefined
    desk.answer = () => undefined
    mail = `p${(n += 1)}@example.com`
  })

  const remote = (vendor: typeof crm): [string, JsonObject] => {
    const found = [...vendor.records].find(([, record]) => record['mail'] === mail)
    if (found === undefined) throw new Error(`${mail} is not there`)
    return found
  }
  const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1_000).toISOString()
  const says = async (system: string, id: string, data: object, more: object = {}): Promise<void> => {
    expect((await scene.post(system, { id, data: { mail, ...data }, ...more })).status).toBe(202)
  }
  const golden = async (): Promise<JsonObject> => {
    const rows = await scene.rows<{ fields: JsonObject }>(
      `select fields from golden_record where fields ->> 'email' = '${mail}' and state = 'active'`,
    )
    expect(rows).toHaveLength(1)
    return rows[0]?.fields ?? {}
  }
  const lastReason = async (): Promise<string | null> => {
    const [event] = await scene.rows<{ reason: string | null }>('select reason from event order by id desc limit 1')
    return event?.reason ?? null
  }
  /** A customer that the desk made and that was written to the CRM, where it has this id. */
  const inBoth = async (data: JsonObject): Promise<string> => {
    desk.records.set(`d${n}`, { mail, ...data })
    await says('desk', `d${n}`, data, { at: at(600) })
    await scene.calm()
    return remote(crm)[0]
  }

  test('the echo of a create that beats its reply makes no second customer and asserts nothing', async () => {
    crm.answer = async (_object, item) => {
      await says('crm', `new${n}`, item.content)
      await until(
        () => scene.rows<{ state: string }>(`select state from event where remote_id = 'new${n}'`),
        rows => rows[0]?.state === 'processed',
      )
      crm.records.set(`new${n}`, item.content)
      return { kind: 'delivered', remoteId: `new${n}` }
    }
    await says('desk', `d${n}`, { first: 'Ana', job: 'Chief' })
    await scene.calm()
    expect(await golden()).toMatchObject({ givenName: 'Ana' })
    expect(
      await scene.rows(
        `select s.fields -> 'givenName' ->> 'a' as asserts from source_record s where s.remote_id = 'new${n}'`,
      ),
    ).toEqual([{ asserts: 'false' }])
    const records = await scene.rows<{ golden_id: string }>(
      `select golden_id from remote_record where remote_id in ('new${n}', 'd${n}')`,
    )
    expect(new Set(records.map(record => record.golden_id)).size).toBe(1)
  })

  test.each([
    ['nothing that it could be known by', { first: 'Nobody', job: 'Ghost' }],
    ['nothing that is written there', { lang: 'fr' }],
  ])('so does that of a customer who has %s', async (_, nobody) => {
    crm.answer = async (_object, { content: { first = null, job = null } }) => {
      const id = `c-nobody${n}`
      crm.records.set(id, { first, job })
      expect((await scene.post('crm', { id, data: { first, job } })).status).toBe(202)
      await until(
        () => scene.rows<{ state: string }>(`select state from event where remote_id = '${id}'`),
        rows => rows[0]?.state === 'processed',
      )
      return { kind: 'delivered', remoteId: id }
    }
    expect((await scene.post('desk', { id: `d${n}`, data: nobody })).status).toBe(202)
    await until(
      () => scene.rows(`select from delivery where system = 'crm' and remote_id = 'c-nobody${n}' and state = 'synced'`),
      rows => rows.length === 1,
    )
    await scene.calm()
    expect(
      await scene.rows(`select distinct golden_id from remote_record where remote_id in ('c-nobody${n}', 'd${n}')`),
    ).toHaveLength(1)
    expect(await scene.rows(`select from delivery where reason = 'taken'`)).toEqual([])
  })

  test('a person who sets a field back to our value is heard', async () => {
    const id = await inBoth({ first: 'Ana', job: 'Chief' })
    await says('crm', id, { ...remote(crm)[1] })
    await scene.calm()
    expect(await lastReason()).toBe('echo')
    await says('crm', id, { first: 'Ana', job: 'Boss' })
    await scene.calm()
    expect(await golden()).toMatchObject({ jobTitle: 'Boss' })
    await says('crm', id, { first: 'Ana', job: 'Chief' })
    await scene.calm()
    expect(await golden()).toMatchObject({ jobTitle: 'Chief' })
    expect(remote(desk)[1]).toMatchObject({ job: 'Chief' })
  })

  test('a vendor that renders our value its own way says so in its reply and is not heard', async () => {
    crm.answer = (_object, item) => {
      const remoteId = item.remoteId ?? `up${n}`
      const state = Object.fromEntries(
        Object.entries({ ...crm.records.get(remoteId), ...item.changed }).map(([name, value]) => [
          name,
          name === 'first' && typeof value === 'string' ? value.toUpperCase() : value,
        ]),
      )
      crm.records.set(remoteId, state)
      return { kind: 'delivered', remoteId, state }
    }
    const id = await inBoth({ first: 'Ana' })
    await says('crm', id, { ...remote(crm)[1] })
    await scene.calm()
    expect(remote(crm)[1]).toMatchObject({ first: 'ANA' })
    expect(await golden()).toMatchObject({ givenName: 'Ana' })
    const writes = crm.writes.length
    await says('desk', `d${n}`, { first: 'Ana', job: 'Chief' })
    await scene.calm()
    expect(crm.writes.slice(writes).map(write => write.item.changed)).toEqual([{ job: 'Chief' }])
    expect(await golden()).toMatchObject({ givenName: 'Ana' })
  })

  test('so does one whose reports bear our author mark, and one whose spelling does not count', async () => {
    const id = await inBoth({ first: 'Ana', team: 'Sales' })
    await says('crm', id, { first: 'ANA', team: 'SALES' }, { author: 'patchbay' })
    await scene.calm()
    expect(await lastReason()).toBe('echo')
    await says('crm', id, { first: 'ANA', team: 'sales' }, { author: 'somebody' })
    await scene.calm()
    expect(await golden()).toMatchObject({ givenName: 'Ana', department: 'Sales' })
    await says('crm', id, { first: 'Anna', team: 'sales' }, { author: 'somebody' })
    await scene.calm()
    expect(await golden()).toMatchObject({ givenName: 'Anna', department: 'Sales' })
  })

  test('an edit that we overwrote before its report came is kept as what the system says', async () => {
    const id = await inBoth({ first: 'Ana', job: 'Chief' })
    await says('crm', id, { first: 'Ana', job: 'Boss' }, { at: at(500) })
    await scene.calm()
    await says('desk', `d${n}`, { first: 'Ana', job: 'Head' }, { at: at(100) })
    await scene.calm()
    // Our write was seen there; only then comes the report of what a person had written before it.
    await says('crm', id, { first: 'Ana', job: 'Head' }, { at: at(50) })
    await scene.calm()
    await says('crm', id, { first: 'Ana', job: 'Queen' }, { at: at(60) })
    await scene.calm()
    // The priority decides within the tolerance of clocks: the CRM's edit wins, and is written there again.
    expect(await golden()).toMatchObject({ jobTitle: 'Queen' })
    expect(remote(crm)[1]).toMatchObject({ job: 'Queen' })
    expect(remote(desk)[1]).toMatchObject({ job: 'Queen' })
  })

  test('an edit between the lease of a call and its reply, which loses, is written over', async () => {
    const id = await says('crm', `c${n}`, { first: 'Ana', job: 'Chief' }).then(() => `c${n}`)
    await scene.calm()
    crm.records.set(id, { mail, first: 'Ana', job: 'Chief' })
    const deskId = remote(desk)[0]
    let edited = 0
    desk.answer = async (_object, item) => {
      edited += 1
      if (edited > 1) return undefined
      // Our write arrives, then a person writes over it, and that is heard before the reply is.
      desk.records.set(deskId, { ...desk.records.get(deskId), ...item.changed, job: 'Edited' })
      await says('desk', deskId, { first: 'Ana', job: 'Edited' })
      await until(
        () => scene.rows<{ open: number }>(`select count(*)::int as open from event where state = 'pending'`),
        rows => rows[0]?.open === 0,
      )
      return { kind: 'delivered', remoteId: deskId }
    }
    await says('crm', id, { first: 'Ana', job: 'Boss' })
    await scene.calm()
    expect(await golden()).toMatchObject({ jobTitle: 'Boss' })
    expect(remote(desk)[1]).toMatchObject({ job: 'Boss' })
    expect(edited).toBe(2)
  })

  test('an edit there that wins is not written there again', async () => {
    const id = await inBoth({ first: 'Ana', job: 'Chief' })
    await says('crm', id, { first: 'Ana', job: 'Chief' }, { version: '1' })
    await scene.calm()
    const [crmWrites, deskWrites] = [crm.writes.length, desk.writes.length]
    crm.records.set(id, { ...crm.records.get(id), job: 'Boss' })
    await says('crm', id, { first: 'Ana', job: 'Boss' }, { version: '2' })
    await scene.calm()
    expect(await golden()).toMatchObject({ jobTitle: 'Boss' })
    expect(desk.writes.length).toBe(deskWrites + 1)
    // Nothing says that our write came before this edit: once is written to be sure, and no more.
    expect(crm.writes.slice(crmWrites).map(write => write.item.changed)).toEqual([{ job: 'Boss' }])
  })

  test('a create whose fate is unknown is known by the report of its record, and not made again', async () => {
    crm.answer = async (_object, item) => {
      crm.records.set(`lost${n}`, item.content)
      await says('crm', `lost${n}`, item.content)
      return { kind: 'unknown', reason: 'timed out' }
    }
    await says('desk', `d${n}`, { first: 'Ana', job: 'Chief' })
    await until(
      () =>
        scene.rows<{ golden_id: string }>(
          `select golden_id from remote_record where remote_id = 'lost${n}' and golden_id is not null`,
        ),
      rows => rows.length === 1,
    )
    crm.answer = () => undefined
    const writes = crm.writes.length
    await scene.calm(20_000)
    expect(crm.writes.length).toBe(writes)
    expect([...crm.records.values()].filter(record => record['mail'] === mail)).toHaveLength(1)
    expect(
      await scene.rows(
        `select d.state from delivery d join remote_record r on r.golden_id = d.golden_id and r.remote_id = 'lost${n}' where d.system = 'crm'`,
      ),
    ).toEqual([{ state: 'synced' }])
    expect(await golden()).toMatchObject({ givenName: 'Ana' })
  })

  test('and what it was made with is known as ours also after the next write', async () => {
    let made: JsonObject = {}
    crm.answer = async (_object, item) => {
      made = item.content
      crm.records.set(`lost${n}`, made)
      await says('crm', `lost${n}`, made, { at: at(60) })
      return { kind: 'unknown', reason: 'timed out' }
    }
    await says('desk', `d${n}`, { first: 'Ana', job: 'Chief' }, { at: at(600) })
    await until(
      () => scene.rows<{ n: number }>(`select count(*)::int as n from remote_record where remote_id = 'lost${n}'`),
      rows => rows[0]?.n === 1,
    )
    crm.answer = () => undefined
    await scene.calm(20_000)
    await says('desk', `d${n}`, { first: 'Ana', job: 'Boss' }, { at: at(30) })
    await scene.calm()
    expect(crm.records.get(`lost${n}`)).toMatchObject({ job: 'Boss' })
    await says('crm', `lost${n}`, { ...made, job: 'Boss' }, { at: at(0) })
    await says('crm', `lost${n}`, made, { at: at(59) })
    await scene.calm()
    expect(
      await scene.rows(
        `select fields -> 'jobTitle' ->> 'a' as asserts from source_record where remote_id = 'lost${n}'`,
      ),
    ).toEqual([{ asserts: 'false' }])
  })

  test('a record of ours into which its vendor merged another one before we heard of it is known as ours', async () => {
    const processed = async (id: string): Promise<void> => {
      await until(
        () =>
          scene.rows<{ state: string }>(`select state from event where remote_id = '${id}' order by id desc limit 1`),
        rows => rows[0]?.state === 'processed',
      )
    }
    await scene.post('desk', { id: `old${n}`, data: { mail: `old-${mail}`, first: 'Eve' }, at: at(600) })
    await scene.calm()
    desk.answer = async (_object, item) => {
      desk.records.set(`new${n}`, item.content)
      await scene.post('desk', { id: `old${n}`, kind: 'merge', mergedInto: `new${n}` })
      await processed(`old${n}`)
      await says('desk', `new${n}`, item.content)
      await processed(`new${n}`)
      return { kind: 'delivered', remoteId: `new${n}` }
    }
    await says('crm', `c${n}`, { first: 'Ana' }, { at: at(60) })
    await scene.calm()
    expect(
      await scene.rows(
        `select fields -> 'givenName' ->> 'a' as asserts from source_record where remote_id = 'new${n}'`,
      ),
    ).toEqual([{ asserts: 'false' }])
    const linked = await scene.rows<{ golden_id: string }>(
      `select distinct golden_id from remote_record where remote_id in ('old${n}', 'new${n}', 'c${n}')`,
    )
    expect(linked).toHaveLength(1)
    expect(await golden()).toMatchObject({ givenName: 'Ana' })
  })

  test('a record that bears our id is its customer, whatever else it says', async () => {
    desk.answer = async (_object, item) => {
      desk.records.set(`own${n}`, item.content)
      await says('desk', `own${n}`, { ...item.content, mail: `new-${mail}`, first: 'Anna' })
      return { kind: 'unknown', reason: 'timed out' }
    }
    await says('crm', `c${n}`, { first: 'Ana' }, { at: at(600) })
    await until(
      () =>
        scene.rows<{ golden_id: string }>(
          `select golden_id from remote_record where remote_id in ('own${n}', 'c${n}') and golden_id is not null`,
        ),
      rows => rows.length === 2 && rows[0]?.golden_id === rows[1]?.golden_id,
    )
    desk.answer = () => undefined
    await scene.calm(20_000)
    expect([...desk.records.values()].filter(record => JSON.stringify(record['mail']).includes(mail))).toHaveLength(1)
    const [golden] = await scene.rows<{ name: string }>(
      `select fields ->> 'givenName' as name from golden_record where fields ->> 'email' = 'new-${mail}'`,
    )
    expect(golden).toEqual({ name: 'Anna' })
  })

  test('of a list, what we wrote is an echo, and what a person added beside it is heard', async () => {
    const id = await inBoth({ first: 'Ana', tags: ['vip'] })
    await says('crm', id, { first: 'Ana', tags: ['vip', 'fair'] })
    await scene.calm()
    expect(await golden()).toMatchObject({ tags: ['fair', 'vip'] })
    const [source] = await scene.rows<{ u: JsonObject }>(
      `select fields -> 'tags' -> 'u' as u from source_record where remote_id = '${id}'`,
    )
    expect(source?.u).toMatchObject({ vip: { a: false } })
    await says('crm', id, { first: 'Ana', tags: ['fair'] })
    await scene.calm()
    expect(await golden()).toMatchObject({ tags: ['fair'] })
    expect(remote(desk)[1]).toMatchObject({ tags: ['fair'] })
  })

  test('a record that is there already is read before it is written', async () => {
    desk.records.set(`there${n}`, { mail, first: 'Ana', job: 'Chief' })
    desk.answer = (_object, item) =>
      item.remoteId === undefined ? { kind: 'exists', remoteId: `there${n}` } : undefined
    await says('crm', `c${n}`, { first: 'Ana', team: 'Sales' })
    await scene.calm()
    expect(await golden()).toMatchObject({ jobTitle: 'Chief', department: 'Sales' })
    expect(desk.writes.at(-1)?.item).toMatchObject({ remoteId: `there${n}`, changed: { team: 'Sales' } })
    expect(desk.writes.at(-1)?.item.changed).not.toHaveProperty('first')
  })

  test('a conflict is read back and tried again with the version that is there', async () => {
    const id = await inBoth({ first: 'Ana', job: 'Chief' })
    const asked: (string | undefined)[] = []
    crm.answer = (_object, item) => {
      asked.push(item.version)
      return item.version === undefined ? { kind: 'conflict' } : undefined
    }
    const { read } = crm.connector.pull ?? {}
    if (crm.connector.pull === undefined || read === undefined) throw new Error('the CRM can be read')
    crm.connector.pull.read = async () => ({
      ok: true,
      records: [{ remoteId: id, state: crm.records.get(id) ?? {}, version: '7' }],
    })
    await says('desk', `d${n}`, { first: 'Anna', job: 'Chief' })
    await scene.calm(20_000)
    crm.connector.pull.read = read
    expect(asked).toEqual([undefined, '7'])
    expect(remote(crm)[1]).toMatchObject({ first: 'Anna' })
  })

  test('a record that turns out to be gone is as if its system had deleted it', async () => {
    const id = await inBoth({ first: 'Ana', job: 'Chief' })
    await says('crm', id, { first: 'Ana', job: 'Boss' })
    await scene.calm()
    expect(await golden()).toMatchObject({ jobTitle: 'Boss' })
    crm.answer = () => ({ kind: 'gone' })
    await says('desk', `d${n}`, { first: 'Anna', job: 'Chief' })
    await scene.calm()
    expect(await golden()).toMatchObject({ givenName: 'Anna', jobTitle: 'Chief' })
    expect(await scene.rows(`select state, reason from delivery where system = 'crm' and remote_id = '${id}'`)).toEqual(
      [{ state: 'absent', reason: 'deleted_there' }],
    )
  })
})
