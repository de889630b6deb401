import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { ConsoleActions } from '#console/actions/actions.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: desk, object: contact }
policy:
  matching: {}
`
const MAPPINGS = {
  'crm/contact.in':
    '{"person": {"email": mail, "givenName": first, "familyName": last, "birthDate": born, "jobTitle": job}}',
  'desk/contact.out': '{"ext": $id, "mail": email, "job": jobTitle}',
}
const BY = 'sam'
const FIRST = ['Ottilie', 'Bartholomew', 'Cassiopeia', 'Demetrius', 'Euphemia', 'Ferdinand']

describe('merges on merges', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  let scene: Scene
  let acts: ConsoleActions

  beforeAll(async () => {
    scene = await startScene({ yaml: YAML, connectors: [crm.connector, desk.connector], mappings: MAPPINGS })
    acts = createActions(scene.hub)
  })

  async function say(id: string, data: object, more: object = {}): Promise<void> {
    await scene.post('crm', { id, data, ...more })
    await scene.calm()
  }
  /** People of whom nothing agrees. */
  async function enter(ids: readonly string[]): Promise<void> {
    for (const [n, id] of ids.entries()) await say(id, { mail: `${id}@example.com`, first: FIRST[n], last: `Of${id}` })
  }
  const mergedThere = (id: string, mergedInto: string) =>
    say(id, {}, { kind: 'merge', type: 'contact.merged', mergedInto })
  async function home(id: string): Promise<string> {
    const [row] = await scene.rows<{ golden_id: string }>(
      `select golden_id from remote_record where system = 'crm' and remote_id = '${id}'`,
    )
    return row?.golden_id ?? 'none'
  }
  const homes = (ids: readonly string[]) => Promise.all(ids.map(home))
  const remotes = (ids: readonly string[]) =>
    scene.rows<{ remote_id: string; alias_of: string | null; is_primary: boolean }>(
      `select remote_id, alias_of, is_primary from remote_record where system = 'crm' and remote_id in (${ids.map(id => `'${id}'`).join()}) order by 1`,
    )
  const openMerges = (ids: readonly string[]) =>
    scene.rows<{ id: string }>(
      `select id from merge_log where undone_at is null and loser_id in (${ids.map(id => `'${id}'`).join()}) order by id desc`,
    )

  test('a vendor that merges in a ring leaves one record that lives, and one customer', async () => {
    const ids = ['r1', 'r2', 'r3']
    await enter(ids)
    const before = await homes(ids)
    await mergedThere('r1', 'r2')
    await mergedThere('r2', 'r3')
    await mergedThere('r3', 'r1')
    expect(new Set(await homes(ids)).size).toBe(1)
    // What the losers say later says nothing; what the survivor says, as when it is read back, is heard.
    await say('r2', { mail: 'r2@example.com', job: 'Ghost' })
    await say('r1', { mail: 'r1@example.com', job: 'Baker' })
    expect(await remotes(ids)).toEqual([
      { remote_id: 'r1', alias_of: null, is_primary: true },
      { remote_id: 'r2', alias_of: 'r1', is_primary: false },
      { remote_id: 'r3', alias_of: 'r1', is_primary: false },
    ])
    const [golden] = await scene.rows(
      `select fields ->> 'jobTitle' as job from golden_record where id = '${await home('r1')}'`,
    )
    expect(golden).toEqual({ job: 'Baker' })
    // Taken apart, each golden record has its remote record back; who is whose alias there is the vendor's word, and stays.
    for (const { id } of await openMerges(before))
      expect(await acts.unmerge({ mergeId: id, by: BY })).toMatchObject({ ok: true })
    await scene.calm()
    expect(await homes(ids)).toEqual(before)
    expect((await remotes(ids)).map(row => row.alias_of)).toEqual([null, 'r1', 'r1'])
    // Told once more, the vendor's merge does not bring together whom a person took apart.
    await mergedThere('r2', 'r1')
    expect(await homes(ids)).toEqual(before)
    expect(await openMerges(before)).toEqual([])
  })

  test('a long chain is taken apart in any order', async () => {
    const ids = ['c1', 'c2', 'c3', 'c4', 'c5']
    await enter(ids)
    const before = await homes(ids)
    for (let n = before.length - 1; n > 0; n -= 1)
      expect(
        await acts.mergeCustomers({ winnerId: before[n - 1] ?? '', loserId: before[n] ?? '', by: BY }),
      ).toMatchObject({ ok: true })
    await scene.calm()
    expect(new Set(await homes(ids)).size).toBe(1)
    const merges = await openMerges(before)
    for (const at of [2, 0, 3, 1])
      expect(await acts.unmerge({ mergeId: merges[at]?.id ?? '', by: BY })).toMatchObject({ ok: true })
    await scene.calm()
    expect(await homes(ids)).toEqual(before)
    const inDesk = before.map(id =>
      [...desk.records.values()].filter(record => record['ext'] === id).map(one => one['mail']),
    )
    expect(inDesk).toEqual(ids.map(id => [`${id}@example.com`]))
  })

  test('never the same is for ever: after replays, other thresholds, other weights, and a restart of matching', async () => {
    const twin = { first: 'Quentin', last: 'Marlowe', born: '1971-05-02' }
    await say('n1', { ...twin, mail: 'n1@example.com' })
    await say('n2', { ...twin, mail: 'n2@example.net' })
    const [one, other] = await homes(['n1', 'n2'])
    expect(one).toBe(other)
    const [merge] = await scene.rows<{ id: string; cause: string }>(
      `select id, cause from merge_log where winner_id = '${one}' and undone_at is null`,
    )
    expect(merge?.cause).toBe('match')
    await acts.unmerge({ mergeId: merge?.id ?? '', by: BY })
    await scene.calm()
    const apart = await homes(['n1', 'n2'])
    expect(new Set(apart).size).toBe(2)
    const stillApart = async (): Promise<void> => {
      await until(
        () => scene.rows('select from backfill where ended_at is null'),
        open => open.length === 0,
        20_000,
      )
      await scene.calm()
      expect(await homes(['n1', 'n2'])).toEqual(apart)
    }

    const events = await scene.rows<{ id: string }>(`select id from event where remote_id in ('n1', 'n2')`)
    expect(await acts.replayEvents(events.map(event => event.id))).toBe(2)
    await stillApart()

    const { config } = scene.hub
    const lower = {
      ...scene.hub,
      readFile: () => ({
        ok: true as const,
        config: {
          ...config,
          policy: { ...config.policy, matching: { linkBits: -15, reviewBits: -16, clusterRecordsMax: 25 } },
        },
        raw: {},
        hash: '',
        warnings: [],
      }),
    }
    expect(await createActions(lower).applyPolicy(BY)).toMatchObject({ ok: true })
    await stillApart()

    await scene.rows(
      `insert into matching_model (rates, pairs, trained_by) values ('{"mail": {"differs": {"m": 0.9, "u": 0.1}}}', 200, 'sam') returning number`,
    )
    expect(await acts.applyMatching(1, BY)).toMatchObject({ ok: true })
    await stillApart()
    await say('n2', { ...twin, mail: 'n2@example.net', job: 'Later' })
    await stillApart()
    expect(
      await scene.rows(`select from review where state = 'open' and '${apart[0]}' in (left_id::text, right_id::text)`),
    ).toEqual([])
  }, 60_000)
})
