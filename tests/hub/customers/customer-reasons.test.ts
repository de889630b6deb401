import { beforeAll, describe, expect, test } from 'vitest'
import type { Scope } from '#console/scopes.ts'
import { createToken } from '#console/tokens.ts'
import { commandLine } from '../../cli/run.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'
import { openConsole } from '../console.ts'

describe('questions and reasons', () => {
  const erp = createMemoryVendor('erp')
  let scene: Scene
  let cli: ReturnType<typeof commandLine>
  const tokens: Partial<Record<Scope, string>> = {}

  const anna = { given: 'Anna', family: 'Kowalczyk', born: '1990-03-15' }
  const josef = { given: 'Josef', family: 'Oberhuber', mail: 'familie.oberhuber@mail.example' }

  beforeAll(async () => {
    scene = await startScene({
      yaml: 'systems:\n  erp: { connector: erp }\npolicy:\n  matching: {}\n',
      connectors: [erp.connector],
      mappings: {
        'erp/contact.in': '{"person": {"givenName": given, "familyName": family, "birthDate": born, "email": mail}}',
      },
      overrides: {
        console: openConsole,
      },
    })
    const { hub, db } = scene
    for (const scope of ['admin', 'read-masked'] as const)
      tokens[scope] = (
        await createToken(db.database.kysely, { id: hub.ids.uuid(), name: 'ann', scopes: [scope] })
      ).value
    cli = commandLine({ PATCHBAY_URL: hub.url, PATCHBAY_TOKEN: tokens.admin ?? '' })
    const said = [
      { ...anna, mail: 'anna@first.example' },
      { ...anna, given: 'Ana' },
      { ...anna, given: 'Ana', mail: 'anna@first.example' },
      { given: 'Quentin', family: 'Marlowe', born: '1971-05-02', mail: '5077@first.example' },
      { given: 'Quentin', family: 'Marlowe', born: '1971-11-19', mail: 'box.1009@second.example' },
      { given: 'Bertram', family: 'Winterbourne', mail: '81@first.example' },
      { given: 'Bertram', family: 'Winterborne', mail: 'box.77003@second.example' },
      { ...josef, born: '1950-01-30' },
      { ...josef, given: 'Theresia', born: '1983-09-11' },
    ]
    for (const [n, data] of said.entries()) {
      await scene.post('erp', [{ id: `${n}`, at: '2026-01-01T00:00:00Z', data }])
      await scene.calm()
    }
  })

  interface Listed {
    kind: string
    bits: number | null
    findings: object[]
  }

  async function get(path: string, scope: Scope = 'admin') {
    const reply = await fetch(`${scene.hub.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${tokens[scope]}` },
    })
    return (await reply.json()) as { items: Listed[]; next: string }
  }

  const goldenOf = async (remoteId: string): Promise<string> =>
    (await scene.rows<{ id: string }>(`select golden_id as id from remote_record where remote_id = '${remoteId}'`))[0]
      ?.id ?? ''

  test('why records are one customer is told, by keys, evidence and merges, with values only for who may see them', async () => {
    const id = await goldenOf('0')
    expect(await goldenOf('1')).toBe(id)
    const told = (await cli.pb('customer', 'explain', id)).stdout
    expect(told).toContain('erp/contact 0, erp/contact 2 state the same email: anna@first.example')
    expect(told).toMatch(/erp\/contact 1 was linked by weak evidence.* odds of [\d,]+ to 1/)
    expect(told).toMatch(/given +similar +[\d.]+ +ana \| anna/)
    expect(told).toContain('by match; to undo: patchbay customer unmerge')
    const hidden = JSON.stringify(await get(`/golden-records/${id}/reasons`, 'read-masked'))
    for (const value of ['anna@first', 'kowalczyk', '19900315', '"ana"']) expect(hidden).not.toContain(value)
  })

  test('why two are not one is told: keys, where they meet, the score and the thresholds', async () => {
    const [one, other] = [await goldenOf('3'), await goldenOf('4')]
    const asked = await cli.json('customer', 'explain', one, other)
    expect(asked).toMatchObject({ reasons: ['no_shared_key', 'asked'], linkBits: 3, reviewBits: -2, model: 'built-in' })
    expect(asked.bits).toBeLessThan(3)
    expect(asked.bits).toBeGreaterThanOrEqual(-2)
    expect(asked.blocks).toContainEqual({ of: 'names', isShared: true })
    const said = (await cli.pb('customer', 'explain', one, await goldenOf('0'))).stdout
    expect(said).toContain('They are never compared')
    expect(said).toContain('agrees too little')
    expect(said).toMatch(/names +no/)
    expect(said).toMatch(/bits; linked from 3, asked from -2/)
    const hidden = JSON.stringify(await get(`/golden-records/${one}/reasons/${other}`, 'read-masked'))
    for (const value of ['marlowe', 'quentin', 'second.example']) expect(hidden).not.toContain(value)
    expect((await cli.pb('customer', 'explain', one, one)).stderr).toContain('two different')
  })

  test('questions come next best first: what conflicts, then the likeliest', async () => {
    const { items: reviews } = await get('/reviews?state=open&order=next')
    expect(reviews.map(review => review.kind)).toEqual(['doubted_key', 'possible_match', 'possible_match'])
    const bits = reviews.slice(1).map(review => review.bits ?? 0)
    expect(bits).toEqual([...bits].sort((a, b) => b - a))
    expect(bits[0]).not.toBe(bits[1])
    expect(reviews[1]?.findings).not.toEqual([])
    const first = await get('/reviews?state=open&order=next&limit=2')
    expect(first.items).toEqual(reviews.slice(0, 2))
    const rest = await get(`/reviews?state=open&order=next&limit=2&cursor=${encodeURIComponent(first.next)}`)
    expect(rest.items).toEqual(reviews.slice(2))
    expect(await cli.json('customer', 'reviews', '--bits-min', String(bits[0]))).toEqual([reviews[1]])
    expect(JSON.stringify(await get('/reviews', 'read-masked'))).not.toContain('marlowe')
  })

  test('many are answered at once, after a look, and only those that were looked at', async () => {
    const looked = await cli.pb('customer', 'decide-all', 'merge', '--kind', 'possible_match')
    expect(looked.stdout).toContain('2 reviews')
    expect(looked.stdout).toContain('Give --yes')
    expect(await goldenOf('3')).not.toBe(await goldenOf('4'))
    const done = await cli.json('customer', 'decide-all', 'merge', '--kind', 'possible_match', '--yes')
    expect(done.count).toBe(2)
    expect(await goldenOf('3')).toBe(await goldenOf('4'))
    expect((await get('/reviews?state=open&kind=possible_match')).items).toEqual([])
    expect(
      await scene.rows(`select actor, detail->>'count' as count from audit where action = 'reviews.merge'`),
    ).toEqual([{ actor: 'ann', count: '2' }])
  })

  test('statistics count duplicates by source, merges by rule and questions by state', async () => {
    expect(await get('/identity-statistics')).toEqual({
      sources: [{ system: 'erp', object: 'contact', records: 9, customers: 5, duplicates: 4 }],
      merges: [
        { rule: 'match', entity: 'person', merged: 1, undone: 0 },
        { rule: 'person', entity: 'person', merged: 2, undone: 0 },
      ],
      reviews: [
        { kind: 'doubted_key', entity: 'person', state: 'open', count: 1 },
        { kind: 'possible_match', entity: 'person', state: 'merged', count: 2 },
      ],
    })
  })
})
