import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Connector, Credentials, RawRequest, Secrets, WebhookPart } from '#connector/kit.ts'
import { CHANGES, flippedBody, type Changed } from '../../presets/changed-request.ts'
import { eventForm, rawRequest, type Fixture } from '../fixtures.ts'

/** What the suite asks of the receiving side of a connector. */
export function receiving(
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

  tampering(name, connector, webhook, fixtures)
}

/** Each accepted request with its proof tampered with: wherever the connector looks for one, it looks closely. */
function tampering(
  name: string,
  connector: Connector<unknown>,
  webhook: WebhookPart<unknown>,
  fixtures: readonly (readonly [string, Fixture])[],
) {
  const rows = fixtures.flatMap(([file, fixture]) =>
    fixture.receive
      .filter(one => one.expect.verdict === 'ok' && !acceptsAnyone(fixture))
      .map(one => [`${file}: ${one.name}`, fixture, rawRequest(name, one.request)] as const),
  )

  it.each(rows)('refuses with a tampered proof: %s', (_, fixture, request) => {
    const credentials = { settings: connector.manifest.settings.parse(fixture.settings), secrets: fixture.secrets }
    const verdictOf = (given: RawRequest, atMs = Date.parse(fixture.now)) => webhook.verify(given, credentials, atMs)
    const isRefused = (given: RawRequest) => !verdictOf(given).ok
    const proofs = places(request).filter(place => isRefused(place(() => undefined)))
    const all: Changed[] = proofs.flatMap(place => CHANGES.map(([what, change]) => [what, place(change)] as const))
    for (const [what, changed] of all) expect(isRefused(changed), what).toBe(true)
    const bare = { ...request, body: Buffer.alloc(0) }
    expect(proofs.length > 0 || isRefused(bare)).toBe(true)
    const { coversBody, staleAfterSeconds } = fixture.proof
    if (coversBody) expect(isRefused(flippedBody(request))).toBe(true)
    if (staleAfterSeconds === undefined) return
    const sentMs = Date.parse(fixture.now)
    expect(verdictOf(request, sentMs + staleAfterSeconds * 1000 + 60_000)).toMatchObject({ code: 'timestamp_stale' })
    expect(verdictOf(request, sentMs - staleAfterSeconds * 1000 - 60_000)).toMatchObject({ code: 'timestamp_stale' })
  })
}

type Place = (change: (value: string) => string | undefined) => RawRequest

/** Wherever a proof can stand beside the body: each can be changed, or taken out. */
function places(request: RawRequest): readonly Place[] {
  const headers = Object.entries(request.headers).map(([name, value]): Place => change => {
    const { [name]: _, ...others } = request.headers
    const changed = change(value)
    return { ...request, headers: changed === undefined ? others : { ...others, [name]: changed } }
  })
  const query = [...request.query.entries()].map(([name, value]): Place => change => {
    const changed = change(value)
    const others = [...request.query.entries()].filter(([other]) => other !== name)
    return { ...request, query: new URLSearchParams(changed === undefined ? others : [...others, [name, changed]]) }
  })
  const path: Place = change => ({ ...request, path: change(request.path) ?? '' })
  return [...headers, ...query, ...(request.path === '' ? [] : [path])]
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
