import { beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '#app.ts'
import { createToken } from '#console/tokens.ts'
import { commandLine } from '../../cli/run.ts'
import { BUILT_IN } from '#rules/matching/model.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { type Scene, sceneOf } from '../scene.ts'
import { openConsole } from '../console.ts'

const YAML = `
systems:
  erp: { connector: erp }
policy:
  matching: {}
`
const GIVEN = 'Anna Bruno Clara Dario Elena Fabio Greta Hugo Irene Jonas Karla Livio Marta Nils Olga Pavel'.split(' ')

const SYLLABLES = 'bar den fol gim hus kav lor mep nis pod rus tav vel wok zim'.split(' ')

interface Contact {
  id: string
  at: string
  data: { given: string; family: string; born: string; mail: string }
}

/** Two records of each person, always with another mail: here a mail says nothing against being the same. */
function twice(n: number): [Contact, Contact] {
  const syllable = (step: number): string => SYLLABLES[(n * step + Math.trunc(n / 15)) % SYLLABLES.length] ?? ''
  const born = `19${40 + (n % 50)}-${10 + (n % 3)}-${10 + ((n * 7) % 18)}`
  const contact = (id: string, mail: string): Contact => ({
    id: `${n}${id}`,
    at: '2026-01-01T00:00:00Z',
    data: { given: GIVEN[n % GIVEN.length] ?? '', family: [1, 4, 7].map(syllable).join(''), born, mail },
  })
  return [contact('x', `${n * 7919}@first.example`), contact('y', `box.${n * 104_729}@second.example`)]
}

/** Two records that the built-in weights leave to a person. */
const DOUBTFUL = twice(1000).map((contact, at) => ({
  ...contact,
  data: { ...contact.data, given: 'Quentin', family: 'Marlowe', born: at === 0 ? '1971-05-02' : '1971-05-19' },
}))

describe('weights of matching', () => {
  const erp = createMemoryVendor('erp')
  let first: Hub
  let other: Hub
  let scene: Scene
  let token: string
  let cli: ReturnType<typeof commandLine>

  beforeAll(async () => {
    const db = await createTestDatabase()
    const start = (): Promise<Hub> =>
      startTestHub({
        databaseUrl: db.url,
        yaml: YAML,
        connectors: [erp.connector],
        mappings: {
          'erp/contact.in': '{"person": {"givenName": given, "familyName": family, "birthDate": born, "email": mail}}',
        },
        overrides: { console: openConsole },
      })
    first = await start()
    other = await start()
    scene = sceneOf(first, db)
    token = (await createToken(db.database.kysely, { id: first.ids.uuid(), name: 'ann', scopes: ['admin'] })).value
    cli = commandLine({ PATCHBAY_URL: first.url, PATCHBAY_TOKEN: token })
    await scene.post('erp', Array.from({ length: 150 }, (_, n) => twice(n)).flat())
    await scene.post('erp', DOUBTFUL)
    await scene.calm(120_000)
  })

  async function api(method: string, path: string, body?: object) {
    const reply = await fetch(`${other.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }

  const modelsUsed = async (id: string): Promise<string[]> =>
    (await scene.rows<{ model: string }>(`select model from match_decision where remote_id = '${id}'`)).map(
      row => row.model,
    )
  const audited = () => scene.rows(`select actor, action, target from audit where action like 'matching.%' order by at`)
  const stored = () => scene.rows(`select id, merged_into, version from golden_record order by id`)

  test('are estimated and planned, and nothing changes', async () => {
    const before = await stored()
    const { model, plan } = await cli.json('identity', 'train', '--records', '300')
    expect(model).toMatchObject({ number: 1, name: 'model 1', trainedBy: 'ann', inForce: false })
    const mail = model.levels.find(
      (row: { comparison: string; level: string }) => row.comparison === 'mail' && row.level === 'differs',
    )
    expect(mail.bits).toBeGreaterThan(mail.bitsInForce)
    expect(plan).toMatchObject({ number: 1, records: 300, total: 302 })
    expect(await stored()).toEqual(before)
    expect(first.matching.settings()?.model.name).toBe('built-in')
    expect((await api('GET', '/matching-models')).body).toMatchObject({
      items: [
        { number: 1, inForce: false },
        { number: 0, inForce: true },
      ],
      appliedBy: null,
    })
    expect(await audited()).toEqual([{ actor: 'ann', action: 'matching.train', target: 'model 1' }])
  })

  test('are applied to every process only when a person says so, and all customers are looked at once more', async () => {
    const mail = { ...BUILT_IN.comparisons.mail, differs: { m: 0.9, u: 0.45 } }
    const rates = JSON.stringify({ ...BUILT_IN.comparisons, mail })
    await scene.rows(
      `insert into matching_model (rates, pairs, trained_by) values ('${rates}', 500, 'ann') returning number`,
    )
    const plan = await cli.json('identity', 'plan', '2', '--records', '302')
    expect(plan).toMatchObject({ merges: 1, questions: 0, endedMerges: 0, endedQuestions: 1 })
    const [apart] = plan.samples
    expect(apart).toMatchObject({ before: { verdict: 'ask' }, after: { verdict: 'link' } })
    const asked = await cli.pb('identity', 'apply', '2')
    expect(asked.stdout).toContain('Give --yes')
    expect(first.matching.settings()?.model.name).toBe('built-in')
    await cli.json('identity', 'apply', '2', '--yes')
    expect(first.matching.settings()?.model.name).toBe('model 2')
    await until(
      async () => other.matching.settings()?.model.name,
      name => name === 'model 2',
    )
    // What the plan announced is done in the background.
    await until(
      () =>
        scene.rows<{ n: number }>(
          `select count(distinct coalesce(merged_into, id))::int as n from golden_record where id in ('${apart.goldenId}', '${apart.otherId}')`,
        ),
      ([row]) => row?.n === 1,
      30_000,
    )
    expect(await audited()).toContainEqual({ actor: 'ann', action: 'matching.apply', target: 'model 2' })
    await scene.post('erp', [twice(151)[0]])
    await scene.calm()
    await scene.post('erp', [twice(151)[1]])
    await scene.calm()
    expect(new Set(await modelsUsed('151y'))).toEqual(new Set(['model 2']))
    expect((await api('GET', '/mapping-publications')).body['items']).toEqual([
      expect.objectContaining({ kind: 'files' }),
    ])
  })

  test('go back to the built-in ones, and unknown numbers are refused', async () => {
    expect((await api('POST', '/matching-models/0/apply')).status).toBe(200)
    await until(
      async () => first.matching.settings()?.model.name,
      name => name === 'built-in',
    )
    expect((await api('POST', '/matching-models/7/apply')).body).toMatchObject({ code: 'not_found' })
    expect((await api('POST', '/matching-models/7/plan', {})).status).toBe(404)
  })
})
