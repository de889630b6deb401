import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InboundSettings } from '#connector/inbound/settings.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import type { Credentials, RawRequest, Secrets } from '#connector/kit.ts'
import { redactRequest } from '#gateway/redact.ts'
import { presets } from '../../connectors/webhook/presets.ts'
import { webhookSettings } from '../../connectors/webhook/settings.ts'
import { eventForm, loadFixtures, rawRequest, type Fixture, type ReceiveCase } from '../connectors/fixtures.ts'
import { changedProofs, flippedBody, signsBody, toleranceSeconds } from './changed-request.ts'

/** One suite for every preset: a file is found by listing, and is held to the same promises as all others. */
const CONNECTOR = join(import.meta.dirname, '../../connectors/webhook')
const fixtures = loadFixtures(CONNECTOR, 'fixtures/presets').map(
  ([file, fixture]) => [file.replace('.json', ''), fixture] as const,
)
const part = createWebhookPart<InboundSettings>(settings => settings)
const DAY_MS = 86_400_000

it('every preset has a fixture, and every fixture a preset', () => {
  expect(fixtures.map(([name]) => name)).toEqual([...presets.keys()])
})

function settingsOf(fixture: Fixture): InboundSettings {
  const inbound = webhookSettings.parse(fixture.settings).in
  if (inbound === undefined) throw new Error('the fixture has no settings of the receiving side')
  return inbound
}

function verdictOf(request: RawRequest, credentials: Credentials<InboundSettings>, nowMs: number): string {
  const verdict = part.verify(request, credentials, nowMs)
  return verdict.ok ? 'ok' : verdict.code
}

describe.each(fixtures)('%s', (name, fixture) => {
  const settings = settingsOf(fixture)
  const nowMs = Date.parse(fixture.now)
  const credentials = { settings, secrets: fixture.secrets }
  const request = ({ request: given }: ReceiveCase) => rawRequest(name, given)
  const accepted = fixture.receive.filter(one => one.expect.verdict === 'ok')
  const [first] = accepted

  it.each(fixture.receive.map(one => [one.name, one] as const))('%s', (_, one) => {
    const given = request(one)
    const handshake = part.handshake?.(given, credentials, nowMs)
    if (one.expect.handshake !== undefined) return expect(handshake).toMatchObject(one.expect.handshake)
    expect(handshake).toBeUndefined()
    expect(verdictOf(given, credentials, nowMs)).toBe(one.expect.verdict)
    if (one.expect.reply !== undefined) {
      expect(part.reply?.(given, credentials, { eventIds: ['e'] })).toMatchObject(one.expect.reply)
    }
    if (one.expect.events === undefined) return
    const split = part.split(given, credentials, nowMs)
    const events = split.ok ? split.events : []
    expect(events.map(eventForm)).toMatchObject(one.expect.events)
    expect(events).toHaveLength(one.expect.events.length)
    for (const [index, event] of events.entries()) {
      // A fact that a fixture does not name must not be there either.
      expect('vendorEventId' in event).toBe('vendorEventId' in (one.expect.events[index] ?? {}))
      expect('occurredAtMs' in event).toBe('occurredAtMs' in (one.expect.events[index] ?? {}))
    }
  })

  it('accepts something', () => expect(first).toBeDefined())

  it('takes any live secret while one rotates, and none that is not', () => {
    const rotating: Secrets = Object.fromEntries(
      Object.entries(fixture.secrets).map(([key, live]) => [key, ['whsec_b3RoZXItc2VjcmV0LW9mLWxhdGVy', ...live]]),
    )
    const foreign: Secrets = Object.fromEntries(
      Object.keys(fixture.secrets).map(key => [key, ['Zm9yZWlnbi1zZWNyZXQtMTIz', '']]),
    )
    for (const one of accepted) {
      expect(verdictOf(request(one), { settings, secrets: rotating }, nowMs)).toBe('ok')
      expect(part.split(request(one), { settings, secrets: rotating }, nowMs).ok).toBe(true)
      expect(verdictOf(request(one), { settings, secrets: foreign }, nowMs)).toMatch(/_wrong$/)
      expect(verdictOf(request(one), { settings, secrets: {} }, nowMs)).toMatch(/_wrong$/)
    }
  })

  it('refuses a proof that is missing, of a wrong length or changed', () => {
    const changed = accepted.flatMap(one => changedProofs(request(one), settings))
    for (const [what, given] of changed) expect(verdictOf(given, credentials, nowMs), what).toMatch(/_(wrong|missing)$/)
    // What stands in the body is changed with it.
    const inBody = accepted.map(request).filter(given => changedProofs(given, settings).length === 0)
    for (const given of inBody) {
      const text = Buffer.from(given.body).toString()
      const bare = { ...given, body: Buffer.from(/^\s*[[{]/.test(text) ? '{}' : '') }
      expect(verdictOf(bare, credentials, nowMs)).toMatch(/_missing$/)
    }
  })

  it('gives the same keys twice', () => {
    for (const one of accepted) {
      const keys = [1, 2].map(() => {
        const split = part.split(request(one), credentials, nowMs)
        return split.ok && split.events.map(event => event.vendorEventId)
      })
      expect(keys[0]).toEqual(keys[1])
      const given = Array.isArray(keys[0]) ? keys[0].filter(key => key !== undefined) : []
      expect(new Set(given).size).toBe(given.length)
    }
  })

  it('shows no secret in what is told or stored beside the body', () => {
    const secrets = Object.values(fixture.secrets).flat()
    const shown = fixture.receive.flatMap(one => {
      const given = request(one)
      const all = [given, flippedBody(given), ...changedProofs(given, settings).map(([, changed]) => changed)]
      const told = all.map(changed => part.verify(changed, credentials, nowMs + 10 * DAY_MS))
      return [...told, part.handshake?.(given, credentials, nowMs), redactRequest(given, part.redact(settings))]
    })
    for (const secret of secrets) expect(JSON.stringify(shown)).not.toContain(secret)
  })

  it('throws at nothing', () => {
    const known = fixture.receive.map(request)
    const headers = known.flatMap(given => Object.keys(given.headers))
    const text = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', '\u0000', '\ud800', '😀', '='))
    const odd = fc.record({
      headers: fc.dictionary(fc.constantFrom('content-type', ...headers), text),
      method: fc.constantFrom('POST', 'GET'),
      query: fc
        .array(fc.tuple(fc.constantFrom('signature', 'msg_signature', 'echostr', 'timestamp'), text), { maxLength: 4 })
        .map(pairs => new URLSearchParams(pairs)),
      body: fc.oneof(
        fc.json().map(json => Buffer.from(json)),
        fc.constantFrom(...known.map(given => given.body.subarray(0, given.body.length / 2))),
      ),
    })
    const property = fc.property(fc.constantFrom(...known), odd, (given, change) => {
      const changed = { ...given, path: '', ...change }
      part.handshake?.(changed, credentials, nowMs)
      expect(part.verify(changed, credentials, nowMs).ok).toBe(false)
      part.split(changed, credentials, nowMs)
      part.reply?.(changed, credentials, { eventIds: [] })
    })
    fc.assert(property, { numRuns: 25 })
  })
})

const proven = fixtures.map(([name, fixture]) => {
  const settings = settingsOf(fixture)
  const accepted = fixture.receive.filter(one => one.expect.verdict === 'ok')
  const nowMs = Date.parse(fixture.now)
  return {
    name,
    settings,
    requests: accepted.map(one => rawRequest(name, one.request)),
    nowMs,
    secrets: fixture.secrets,
  }
})

describe('a body with one byte changed is refused where it is signed', () => {
  it.each(proven.filter(({ settings }) => signsBody(settings)))('$name', ({ settings, requests, secrets, nowMs }) => {
    for (const request of requests) {
      expect(verdictOf(flippedBody(request), { settings, secrets }, nowMs)).toBe('signature_wrong')
    }
  })
})

describe('a time that is stale or ahead is refused where there is one', () => {
  const timed = proven.flatMap(given => {
    const seconds = toleranceSeconds(given.settings)
    return seconds === undefined ? [] : [{ ...given, toleranceMs: seconds * 1000 }]
  })

  it.each(timed)('$name', ({ settings, requests, secrets, nowMs, toleranceMs }) => {
    const verdictAt = (request: RawRequest, atMs: number) => verdictOf(request, { settings, secrets }, atMs)
    // Beside the signature a sender may show a secret, which bears no time.
    const bearing = requests.filter(request => verdictAt(request, nowMs + 400 * DAY_MS) !== 'ok')
    expect(bearing.length).toBeGreaterThan(0)
    for (const request of bearing) {
      // A token tells its own end, five minutes after the time of the fixture.
      const lateMs = settings.authentication.scheme === 'jwt' ? 2 * toleranceMs : toleranceMs
      expect(verdictAt(request, nowMs + lateMs + 1000)).toBe('timestamp_stale')
      expect(verdictAt(request, nowMs - toleranceMs - 30_000)).toBe('timestamp_stale')
      expect(verdictAt(request, nowMs + toleranceMs - 30_000)).toBe('ok')
    }
  })
})
