import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOtlpTracing } from '#observe/otlp.ts'
import { type Scene, startScene } from '../../hub/scene.ts'
import { connectorNamed } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/until.ts'
import { contact } from '../busy-hub.ts'
import { type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'

// A trace from a sender's webhook to the call of a vendor, as a collector gets it.

const SENDER = { trace: 'ab'.repeat(16), span: 'cd'.repeat(8) }
const site = createMemoryVendor('site')
let collector: Awaited<ReturnType<typeof startOtlpReceiver>>
let scene: Scene
/** What the called vendor was told. */
const traceparents: string[] = []
const vendor = createServer((request, response) => {
  traceparents.push(String(request.headers['traceparent']))
  request.resume().on('end', () => response.writeHead(204).end())
})

async function startHub(otlpEndpoint?: string): Promise<Scene> {
  const { port } = vendor.address() as AddressInfo
  return await startScene({
    yaml: `
hub: { ${otlpEndpoint === undefined ? '' : `otlpEndpoint: ${otlpEndpoint}`} }
systems:
  site: { connector: site, objects: { contact: {} } }
  out:
    connector: webhook
    settings: { out: { url: "http://127.0.0.1:${port}/", objects: [person] } }
    secrets: { signingSecret: env:SECRET }
routes:
  - { entity: person, system: out, object: person }
`,
    connectors: [site.connector, await connectorNamed('webhook')],
    mappings: {
      'site/contact.in': '{"person": {"email": mail, "givenName": first}}',
      'out/person.out': '{"mail": email, "first": givenName}',
    },
    env: { SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
  })
}

beforeAll(async () => {
  vendor.listen(0, '127.0.0.1')
  await once(vendor, 'listening')
  collector = await startOtlpReceiver()
  scene = await startHub(collector.url)
})
afterAll(() => {
  collector.close()
  vendor.close()
})

const send = (events: unknown, traceparent?: string): Promise<Response> =>
  fetch(`${scene.hub.url}/in/site`, {
    method: 'POST',
    headers: {
      'x-token': 't',
      'content-type': 'application/json',
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    body: JSON.stringify(events),
  })
const of = (trace: string): ReceivedSpan[] => collector.spans.filter(span => span.traceId === trace)

test('one webhook: receive under the sender’s span, every stage, the call; the vendor is told the call’s span', async () => {
  await send([contact('1', 'e1', { mail: 'ana@example.com', first: 'Ana' })], `00-${SENDER.trace}-${SENDER.span}-01`)
  await until(
    () => of(SENDER.trace).map(span => span.name),
    names => names.includes('call'),
  )
  const spans = await until(
    () => of(SENDER.trace),
    all => new Set(all.map(({ name }) => name)).size >= 6,
  )
  const receive = spans.find(span => span.name === 'receive')
  expect(receive).toMatchObject({ parentSpanId: SENDER.span, kind: 2 })
  for (const name of ['interpret', 'resolve', 'plan', 'deliver', 'call'])
    expect(spans.find(span => span.name === name)?.parentSpanId, name).toBe(receive?.spanId)
  const call = spans.find(span => span.name === 'call')
  expect(call?.kind).toBe(3)
  expect(traceparents).toEqual([`00-${SENDER.trace}-${call?.spanId}-01`])
  for (const span of spans) expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano))
  expect(JSON.stringify(spans)).not.toMatch(/ana@example|Ana/)
})

test('a batch of several traces is a trace of its own, linked to what began each of them', async () => {
  const traces = ['1', '2', '3'].map(digit => digit.repeat(32))
  const tracing = createOtlpTracing(collector.url, 'worker')
  tracing.batch({ stage: 'plan', traceIds: [...traces, ...traces], attributes: {}, durationMs: 5, failed: false })
  await tracing.close()
  const batch = collector.spans.find(({ links = [] }) => links.some(link => link.traceId === traces[0]))
  expect(batch?.name).toBe('plan')
  expect(traces).not.toContain(batch?.traceId)
  expect(batch?.links).toMatchObject(traces.map(traceId => ({ traceId, spanId: traceId.slice(16) })))
})

test('without an endpoint nothing of it is there', async () => {
  const quiet = await startHub()
  expect(quiet.hub.tracing).toBeUndefined()
})
