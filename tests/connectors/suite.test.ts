import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Connector, Credentials, RawRequest, Secrets, WebhookPart } from '#connector/kit.ts'
import { loadConnectors } from '#connector/registry.ts'
import type { Sandbox } from '#connector/sandbox.ts'
import { scaffoldConnector } from '#connector/scaffold.ts'
import { eventForm, fixtureAccess, loadFixtures, pushItem, rawRequest, type Fixture } from './fixtures.ts'
import { sandboxAccess } from './sandbox-access.ts'

/** One suite for every connector: a folder is found by listing, and is held to the same promises as all others. */
const root = join(import.meta.dirname, '../../connectors')
const connectors = await loadConnectors(root)
/** What the scaffolder makes must pass as it is; it is made inside the repository, where the kit can be imported. */
const scaffoldRoot = join(root, '../reports', `scaffold-${process.pid}`)
await mkdir(scaffoldRoot, { recursive: true })
const scaffolded = await scaffoldConnector(scaffoldRoot, 'sample-crm', join(root, '_template'))
const samples = await loadConnectors(join(scaffoldRoot, 'connectors'))
afterAll(() => rm(scaffoldRoot, { recursive: true, force: true }))

const subjects = [...connectors, ...samples].map(([name, connector]) => {
  const dir = samples.has(name) ? join(scaffoldRoot, 'connectors', name) : join(root, name)
  return [name, connector, dir] as const
})

it('finds every folder', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter(e => e.isDirectory() && !e.name.startsWith('_'))
  expect([...connectors.keys()]).toEqual(folders.map(e => e.name).sort())
})

it('scaffolds a connector with its mappings', () => {
  expect(scaffolded).toMatchObject({ ok: true })
  const files = scaffolded.ok ? scaffolded.files : []
  expect(files).toContain('connectors/sample-crm/connector.ts')
  expect(files).toContain('mappings/sample-crm/contact.cases.json')
  for (const file of files)
    expect(readFileSync(join(scaffoldRoot, file), 'utf8'), file).not.toMatch(/_template|Template/)
})

describe.each(subjects)('%s', (name, connector, dir) => {
  const fixtures = loadFixtures(dir)

  it('has a complete manifest', () => {
    const { manifest } = connector
    expect(manifest.name).toMatch(/^[a-z][a-z0-9-]*$/)
    for (const text of [manifest.title, manifest.description, ...Object.values(manifest.secrets).map(s => s.label)]) {
      expect(text.en.trim()).not.toBe('')
      expect(text.zh.trim()).not.toBe('')
    }
    expect(manifest.limits.concurrency).toBeGreaterThan(0)
    expect(manifest.limits.timeoutMs).toBeGreaterThan(0)
    expect(connector.webhook ?? connector.pull ?? connector.push).toBeDefined()
  })

  it('describes its settings as JSON Schema, for forms and checks', () => {
    const schema = z.toJSONSchema(connector.manifest.settings, { io: 'input' })
    expect(schema).toMatchObject({ type: 'object' })
  })

  it('explains its set-up', () => {
    const readme = readFileSync(join(dir, 'README.md'), 'utf8')
    expect(readme).toMatch(/^# \S/)
    expect(readme).toMatch(/^## Set-up\n+1\. /m)
  })

  it('imports only the kit, JSON and npm packages', () => {
    for (const file of globSync('**/*.ts', { cwd: dir })) {
      const source = readFileSync(join(dir, file), 'utf8')
      for (const [, imported = ''] of source.matchAll(/(?:from +|import\s*\(?\s*)'([^']+)'/g)) {
        const allowed =
          /^(#connector\/|#model\/(json|assert)\.ts$|\.\/|\.\.\/[a-z-]+\.ts$|\.\.\/webhook\/presets\.ts$|node:|[a-z@])/.test(
            imported,
          )
        expect(allowed, `${file} imports ${imported}`).toBe(true)
      }
    }
  })

  it.each(fixtures)('accepts the settings of %s', (_, fixture) => {
    const { settings, objects } = connector.manifest
    const parsed = settings.safeParse(fixture.settings)
    expect(parsed.error?.issues ?? []).toEqual([])
    const names = typeof objects === 'function' ? objects(parsed.data) : objects
    expect(names.every(object => object !== '')).toBe(true)
  })

  const { webhook, push } = connector
  if (webhook !== undefined) receiving(name, connector, webhook, fixtures)
  if (push !== undefined) sending(connector, fixtures)
  if (existsSync(join(dir, 'sandbox.ts'))) againstSandbox(connector, dir, fixtures)
})

function receiving(
  name: string,
  connector: Connector<unknown>,
  webhook: WebhookPart<unknown>,
  fixtures: [string, Fixture][],
) {
  const cases = fixtures.flatMap(([file, fixture]) =>
    fixture.receive.map(one => [`${file}: ${one.name}`, fixture, one] as const),
  )

  it('shows requests that pass and requests that do not', () => {
    const verdicts = cases.map(([, , one]) => one.expect.verdict)
    expect(verdicts).toContain('ok')
    expect(verdicts.some(verdict => verdict !== undefined && verdict !== 'ok')).toBe(true)
  })

  it.each(cases)('%s', async (_, fixture, { request: given, expect: expected }) => {
    const credentials = { settings: connector.manifest.settings.parse(fixture.settings), secrets: fixture.secrets }
    const request = rawRequest(name, given)
    const nowMs = Date.parse(fixture.now)
    const handshake = webhook.handshake?.(request, credentials, nowMs)
    if (expected.handshake !== undefined) return expect(handshake).toMatchObject(expected.handshake)
    expect(handshake).toBeUndefined()
    expect(webhook.methods).toContain(request.method)
    const verdict = webhook.verify(request, credentials, nowMs)
    expect(verdict.ok ? 'ok' : verdict.code, verdict.ok ? '' : verdict.message).toBe(expected.verdict)
    if (verdict.ok) expect(webhook.verify(request, whileRotating(credentials), nowMs)).toEqual(verdict)
    if (expected.reply !== undefined) {
      expect(webhook.reply?.(request, credentials, { eventIds: ['event-1'] })).toMatchObject(expected.reply)
    }
    if (expected.malformed !== true && expected.events === undefined) return
    const split = await webhook.split(request, credentials, nowMs)
    expect(split.ok).toBe(expected.malformed !== true)
    // Sent again, it has the same keys.
    expect(await webhook.split(request, credentials, nowMs + 60_000)).toEqual(split)
    if (split.ok && expected.events !== undefined) {
      const forms = split.events.map(eventForm)
      expect(forms).toHaveLength(expected.events.length)
      expect(forms).toMatchObject(expected.events)
    }
  })

  it.each(fixtures.filter(([, fixture]) => fixture.receive.length > 0))(
    'refuses what nobody proved and never throws, with the settings of %s',
    async (_, fixture) => {
      const settings = connector.manifest.settings.parse(fixture.settings)
      const known = fixture.receive.map(one => rawRequest(name, one.request))
      const nowMs = Date.parse(fixture.now)
      const open = acceptsAnyone(fixture)
      const accepts = async (request: RawRequest, secrets: Secrets) => {
        const credentials = { settings, secrets }
        webhook.handshake?.(request, credentials, nowMs)
        const verdict = webhook.verify(request, credentials, nowMs)
        await webhook.split(request, credentials, nowMs)
        webhook.page?.(request, credentials, nowMs)
        webhook.reply?.(request, credentials, { eventIds: [] })
        return verdict.ok
      }
      const foreign = Object.fromEntries(
        Object.keys(fixture.secrets).map(secret => [secret, ['Zm9yZWlnbi1zZWNyZXQtMTIz', '']]),
      )
      for (const request of open ? [] : known) {
        expect(await accepts(request, foreign)).toBe(false)
        expect(await accepts(request, {})).toBe(false)
      }
      await fc.assert(
        fc.asyncProperty(fuzzedRequest(known), async request => {
          if (await accepts(request, fixture.secrets)) expect(open || knowsSecret(request, fixture.secrets)).toBe(true)
        }),
        { numRuns: 200 },
      )
    },
  )
}

/** The same secrets behind a newer one, as while one rotates. */
function whileRotating({ settings, secrets }: Credentials<unknown>): Credentials<unknown> {
  const rotating = Object.entries(secrets).map(([name, live]) => [name, ['bmV3ZXItc2VjcmV0LTEyMw==', ...live]])
  return { settings, secrets: Object.fromEntries(rotating) as Secrets }
}

/** Only a fixture that says so in its comment may let requests pass without a proof that needs a secret. */
function acceptsAnyone(fixture: Fixture): boolean {
  return fixture.$comment?.startsWith('OPEN:') === true
}

/** A secret in the address is all the proof that some vendors can give. */
function knowsSecret({ path, query }: RawRequest, secrets: Secrets): boolean {
  const named = [...path.split('/'), ...query.values()]
  return Object.values(secrets).some(live => live.some(secret => secret !== '' && named.includes(secret)))
}

/** Requests made of odd pieces, with the header names, bodies and paths of known ones among them. */
function fuzzedRequest(known: readonly RawRequest[]): fc.Arbitrary<RawRequest> {
  const text = fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('', '\u0000', '\ud800', '😀', '='))
  const headerNames = ['content-type', 'authorization', ...known.flatMap(request => Object.keys(request.headers))]
  const knownBodies = known.map(request => request.body.subarray(0, Math.floor(request.body.length / 2)))
  return fc.record({
    method: fc.constantFrom('POST', 'GET', 'PUT', 'HEAD', 'OPTIONS'),
    path: fc.oneof(
      fc.constantFrom('', ...known.map(request => request.path)),
      fc.string().map(path => `/${path}`),
    ),
    query: fc.array(fc.tuple(text, text), { maxLength: 3 }).map(pairs => new URLSearchParams(pairs)),
    headers: fc.dictionary(fc.constantFrom(...headerNames), fc.oneof(text, fc.constant('application/json'))),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map(json => Buffer.from(json)),
      fc.constantFrom(...knownBodies),
    ),
    publicUrl: fc.webUrl(),
    remoteAddress: fc.constant('203.0.113.7'),
  })
}

function sending(connector: Connector<unknown>, fixtures: [string, Fixture][]) {
  const cases = fixtures.flatMap(([file, fixture]) =>
    fixture.push.flatMap(({ replies, ...one }) =>
      replies === undefined ? [] : [[`${file}: ${one.name}`, fixture, { ...one, replies }] as const],
    ),
  )
  // What speaks another protocol shows its outcomes in tests of its own.
  if (cases.length === 0 && fixtures.some(([, fixture]) => fixture.push.length > 0)) return

  it('shows deliveries that succeed and deliveries that do not', () => {
    const kinds = new Set(cases.flatMap(([, , one]) => one.outcomes.map(outcome => outcome['kind'])))
    expect(kinds).toContain('delivered')
    expect(kinds.size).toBeGreaterThan(1)
  })

  it.each(cases)('%s', async (_, fixture, given) => {
    const { access, calls } = fixtureAccess(connector, fixture, given.replies)
    const items = given.items.map(pushItem)
    const { push } = connector
    const outcomes =
      given.operation === 'upsert'
        ? await push?.upsert(access, given.object, items)
        : await push?.delete?.(access, given.object, items, given.operation)
    expect(outcomes).toHaveLength(given.outcomes.length)
    expect(outcomes).toMatchObject(given.outcomes)
    expect(calls).toHaveLength(given.replies.length)
    if (given.calls !== undefined) expect(calls).toMatchObject(given.calls)
  })
}

/** The vendor's stand-in, over real HTTP: the credentials are proved, and a repeated delivery makes no second record. */
function againstSandbox(connector: Connector<unknown>, dir: string, fixtures: [string, Fixture][]) {
  it('delivers to its sandbox, once, and proves its credentials', async () => {
    const module = (await import(pathToFileURL(join(dir, 'sandbox.ts')).href)) as { startSandbox(): Promise<Sandbox> }
    const sandbox = await module.startSandbox()
    try {
      const given = fixtures.flatMap(([, fixture]) => fixture.push).find(one => one.operation === 'upsert')
      if (given === undefined) throw new Error('no fixture shows an upsert')
      const access = sandboxAccess(connector, sandbox)
      expect(await connector.check?.(access)).toMatchObject({ ok: true })
      const items = given.items.map(pushItem)
      for (let repeat = 0; repeat < 2; repeat++) {
        const outcomes = await connector.push?.upsert(access, given.object, items)
        expect(outcomes?.map(outcome => outcome.kind)).toEqual(items.map(() => 'delivered'))
      }
      expect(sandbox.records(given.object)).toHaveLength(items.length)
      expect(sandbox.records(given.object)[0]).toMatchObject(items[0]?.content ?? {})
      const stranger = { ...sandboxAccess(connector, sandbox), secrets: {} }
      const refused = await connector.push?.upsert(stranger, given.object, items)
      expect(refused?.map(outcome => outcome.kind)).toEqual(items.map(() => 'disconnected'))
      const kept = JSON.stringify(access.exchanges)
      for (const secret of Object.values(sandbox.secrets).flat()) expect(kept).not.toContain(secret)
    } finally {
      await sandbox.close()
    }
  })
}
