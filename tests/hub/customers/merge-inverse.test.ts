import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { ConsoleActions } from '#console/actions/actions.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { PEOPLE, type Scenario, scenario, type Step, type Who } from './merge-scenario.ts'
import { type Scene, startScene } from '../scene.ts'

/*
 * Merging and unmerging is the identity on everything observable, also after later events on both sides. Each scenario is
 * played twice at once: by three customers who are merged and taken apart again, and by three who are only told apart and see
 * the same events. In the end nobody may see a difference.
 */

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {}, order: {} } }
  erp: { connector: erp, objects: { contact: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
policy:
  survivorship: { person: { jobTitle: { rule: longest } } }
`
const IN = `{"person": {"email": mail, "givenName": first, "jobTitle": job, "tags": tags, "emails": also ? [{"email": also}]}}`
const OUT = '{"ext": $id, "mail": email, "first": givenName, "job": jobTitle, "tags": tags}'
const MAPPINGS = {
  'crm/contact.in': IN,
  'erp/contact.in': IN,
  'crm/contact.out': OUT,
  'desk/contact.out': OUT,
  'crm/order.in': '{"order": {"number": number, "person": {"$ref": {"object": "contact", "id": buyer}}}}',
}
const BY = 'sam'
const SCENARIOS = 24
const SEED = 20_260_701

describe('merge and unmerge', () => {
  const crm = createMemoryVendor('crm')
  const erp = createMemoryVendor('erp')
  const desk = createMemoryVendor('desk')
  let scene: Scene
  let acts: ConsoleActions
  /** Both worlds say it at one time, by a clock that goes with the hub's own. */
  let stepMs = Date.now()

  beforeAll(async () => {
    const connectors = [crm, erp, desk].map(vendor => vendor.connector)
    scene = await startScene({ yaml: YAML, connectors, mappings: MAPPINGS })
    acts = createActions(scene.hub)
  })

  /** Three customers of one scenario; those of the other world see the same, and are never merged. */
  interface World {
    name: string
    isMerging: boolean
    golden: Map<Who, string>
  }

  const id = (world: World, one: Who, copy = 1): string => `${world.name}-${one}${copy === 1 ? '' : copy}`
  const mail = (world: World, one: Who, copy = 1): string => `${id(world, one, copy)}@example.com`
  const at = (): string => new Date(stepMs).toISOString()

  async function state(world: World, system: string, one: Who, copy: number, more: Record<string, unknown>) {
    // A second record of a customer is known by the mail of the first.
    const data = { mail: mail(world, one), ...more }
    // The vendor holds what it tells, and what it was written since.
    if (system === 'crm') {
      const shown = JSON.parse(JSON.stringify({ ...data, also: undefined }))
      crm.records.set(id(world, one, copy), { ...crm.records.get(id(world, one, copy)), ...shown })
    }
    await scene.post(system, { id: id(world, one, copy), at: at(), data })
  }

  const openMerges = async (world: World): Promise<string[]> =>
    (
      await scene.rows<{ id: string }>(
        `select id from merge_log where undone_at is null and loser_id in (${[...world.golden.values()].map(one => `'${one}'`).join()}) order by id`,
      )
    ).map(row => row.id)

  async function nowOf(goldenId: string): Promise<string> {
    const [row] = await scene.rows<{ id: string }>(
      `select coalesce(merged_into, id) as id from golden_record where id = '${goldenId}'`,
    )
    return row?.id ?? goldenId
  }

  async function play(world: World, step: Step): Promise<void> {
    switch (step.do) {
      case 'say': {
        // Everybody has values of his own: what equals a value that the hub wrote there is taken for its echo.
        const own = (text: string): string => `${text} of ${step.who}`
        const more = {
          ...(step.first === undefined ? {} : { first: own(step.first) }),
          ...(step.job === undefined ? {} : { job: own(step.job) }),
          // A list takes away what the hub had written there, and that is another one in the other world.
          ...(step.tags === undefined || step.system === 'crm' ? {} : { tags: step.tags.map(own) }),
        }
        await state(world, step.system, step.who, step.copy, more)
        return
      }
      case 'share':
        if (step.who !== step.with) await state(world, 'crm', step.who, 1, { also: mail(world, step.with) })
        return
      case 'delete':
        await scene.post(step.system, { id: id(world, step.who), at: at(), kind: 'delete', type: 'contact.deleted' })
        return
      case 'order':
        await scene.post('crm', {
          id: `${id(world, step.who)}-order`,
          object: 'order',
          at: at(),
          data: { number: 'N1', buyer: id(world, step.who) },
        })
        return
      case 'merge': {
        if (!world.isMerging) return
        const [winnerId, loserId] = await Promise.all(
          [step.who, step.with].map(one => nowOf(world.golden.get(one) ?? '')),
        )
        // Refused where they are one by now, or never the same.
        await acts.mergeCustomers({ winnerId: winnerId ?? '', loserId: loserId ?? '', by: BY })
        return
      }
      case 'undo': {
        if (!world.isMerging) return
        const open = await openMerges(world)
        const mergeId = open[step.which % Math.max(1, open.length)]
        if (mergeId !== undefined) expect(await acts.unmerge({ mergeId, by: BY })).toMatchObject({ ok: true })
      }
    }
  }

  /** All that anybody can see of the three, without the names of the world and of golden records. */
  async function seen(world: World): Promise<unknown> {
    const names = new Map([...world.golden].map(([one, golden]) => [golden, `golden ${one}`]))
    const ids = [...names.keys()].map(one => `'${one}'`).join()
    const rows = <T>(text: string): Promise<T[]> => scene.rows<T>(text)
    const result = {
      goldens: await rows(`select id, state, merged_into, fields from golden_record where id in (${ids}) order by id`),
      provenance: await provenance(ids),
      remotes: await rows(
        `select golden_id, system, object, case when system = 'desk' then '' else remote_id end as remote, is_primary, alias_of,
           tombstone_at is not null as dead from remote_record where golden_id in (${ids}) order by 1, 2, 3, 4`,
      ),
      keys: await rows(`select kind, value, golden_id from identity_key where golden_id in (${ids}) order by 1, 2`),
      deliveries: await rows(
        `select golden_id, system, object, state, reason from delivery where golden_id in (${ids}) order by 1, 2, 3`,
      ),
      links: await rows(`select target, to_id from golden_link where to_id in (${ids}) order by 1`),
      questions: await rows(
        `select kind, left_id, right_id, state from review where state = 'open' and (left_id in (${ids}) or right_id in (${ids})) order by 1, 2, 3`,
      ),
      sharedKeys: await Promise.all(
        [...world.golden.values()].map(async one =>
          (await acts.sharedKeys(one)).map(key => key.value).toSorted((a, b) => a.localeCompare(b)),
        ),
      ),
      merges: await openMerges(world),
      unwritten: await unwritten(ids),
    }
    const text = JSON.stringify(result, (_name, value) => (value === null ? null : value))
    const anonymous = [...names].reduce((all, [golden, name]) => all.replaceAll(golden, name), text)
    return sorted(JSON.parse(anonymous.replaceAll(`${world.name}-`, '')))
  }

  /** Fields of golden records that a destination does not show. */
  async function unwritten(ids: string): Promise<string[]> {
    const found = await scene.rows<{ system: string; remote_id: string; fields: Record<string, unknown> }>(`
      select r.system, r.remote_id, g.fields from remote_record r join golden_record g on g.id = r.golden_id
      where g.id in (${ids}) and g.state = 'active' and r.is_primary and r.object = 'contact' and r.system in ('crm', 'desk')`)
    return found.flatMap(({ system, remote_id, fields }) => {
      const shown = (system === 'crm' ? crm : desk).records.get(remote_id)
      const members = {
        mail: fields['email'],
        first: fields['givenName'],
        job: fields['jobTitle'],
        tags: fields['tags'],
      }
      return Object.entries(members).flatMap(([member, value]) =>
        value === undefined || JSON.stringify(sorted(value)) === JSON.stringify(sorted(shown?.[member]))
          ? []
          : [`${system} ${member}`],
      )
    })
  }

  async function provenance(ids: string) {
    const { unpackProvenance } = await import('#rules/survivorship/packed-provenance.ts')
    const found = await scene.rows<{ id: string; provenance: never }>(
      `select id, provenance from golden_record where id in (${ids}) order by id`,
    )
    return found.map(row =>
      Object.fromEntries(
        Object.entries(unpackProvenance(row.provenance)).map(
          ([field, { system, object, remoteId, at: time, rule }]) => [
            field,
            { system, object, remoteId, rule, at: rule === 'steward' ? '' : time },
          ],
        ),
      ),
    )
  }

  /** Golden ids are made in no order that two worlds share. */
  function sorted(value: unknown): unknown {
    if (Array.isArray(value))
      return value.map(sorted).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, one]): [string, unknown] => [name, sorted(one)])
        .toSorted(([a], [b]) => a.localeCompare(b)),
    )
  }

  async function begin(worlds: readonly World[]): Promise<void> {
    for (const world of worlds) for (const one of PEOPLE) await state(world, 'crm', one, 1, { first: one, job: 'Cook' })
    await scene.calm(60_000)
    for (const world of worlds) {
      const found = await scene.rows<{ remote_id: string; golden_id: string }>(
        `select remote_id, golden_id from remote_record where system = 'crm' and remote_id like '${world.name}-%'`,
      )
      for (const one of PEOPLE)
        world.golden.set(one, found.find(row => row.remote_id === id(world, one))?.golden_id ?? '')
      if (world.isMerging) continue
      for (const [left, right] of [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'c'],
      ] as const)
        await acts.neverTheSame({
          leftId: world.golden.get(left) ?? '',
          rightId: world.golden.get(right) ?? '',
          by: BY,
        })
    }
  }

  test('is as if nothing had been merged, whatever was said meanwhile', async () => {
    const scenarios = fc.sample(scenario, { numRuns: SCENARIOS, seed: SEED })
    const pairs = scenarios.map((one: Scenario, n) => ({
      scenario: one,
      worlds: [`m${n}`, `r${n}`].map((name, at): World => ({ name, isMerging: at === 0, golden: new Map() })),
    }))
    await begin(pairs.flatMap(pair => pair.worlds))
    for (const {
      scenario: { stewards },
      worlds,
    } of pairs)
      for (const world of worlds)
        for (const { who: one, field } of stewards)
          await acts.stewardSet({ goldenId: world.golden.get(one) ?? '', fields: { [field]: 'Held' }, by: BY })
    for (let n = 0; n < Math.max(...scenarios.map(({ steps }) => steps.length)); n += 1) {
      stepMs = Date.now()
      for (const {
        scenario: { steps },
        worlds,
      } of pairs) {
        const next = steps[n]
        if (next !== undefined) for (const world of worlds) await play(world, next)
      }
      await scene.calm(60_000)
    }
    // What was taken out of one may be one with another by its own evidence: until nothing is merged.
    for (let round = 0; round < 4; round += 1) {
      for (const { worlds } of pairs)
        for (const world of worlds)
          for (const mergeId of await openMerges(world)) await acts.unmerge({ mergeId, by: BY })
      await scene.calm(60_000)
    }
    const differing = []
    for (const { scenario: played, worlds } of pairs) {
      const [merged, apart] = [worlds[0] as World, worlds[1] as World]
      try {
        await until(
          async () => ({ merged: await seen(merged), apart: await seen(apart) }),
          found => JSON.stringify(found.merged) === JSON.stringify(found.apart),
          2_000,
        )
      } catch {
        differing.push(`${merged.name} ${JSON.stringify(played)}\n${diff(await seen(apart), await seen(merged))}`)
      }
    }
    expect(differing.join('\n\n')).toBe('')
  }, 240_000)
})

function diff(expected: unknown, found: unknown): string {
  const [left, right] = [expected, found].map(value => JSON.stringify(value, undefined, 1).split('\n'))
  const gone = (left ?? []).filter(line => right?.includes(line) !== true).map(line => `- ${line}`)
  const come = (right ?? []).filter(line => left?.includes(line) !== true).map(line => `+ ${line}`)
  return [...gone, ...come].join('\n')
}
