import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttpClient } from '#connector/network/guarded-http.ts'
import { createCertificates } from '#observe/certificates.ts'
import { certificateEnd } from '#observe/readings/own-certificate.ts'
import { CERTIFICATE } from '../support/certificate.ts'

const ENDS_MS = Date.parse(new X509Certificate(CERTIFICATE.cert).validTo)
const server = createServer(CERTIFICATE, (_request, response) => response.end('ok'))
const trusted = getCACertificates('default')
let port = 0

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  setDefaultCACertificates(trusted)
  server.close()
})

test('the end of a certificate is read though nobody should trust it; nobody there is no answer', async () => {
  expect(await certificateEnd('localhost', port)).toBe(ENDS_MS)
  expect(await certificateEnd('localhost', 1)).toBeUndefined()
})

test('the HTTP client tells of the certificate of each new connection', async () => {
  setDefaultCACertificates([...trusted, CERTIFICATE.cert])
  const told: [string, number][] = []
  const client = createHttpClient({
    allowPrivate: true,
    timeoutMs: 5_000,
    bodyBytesMax: 1_000,
    onCertificate: (host, endsAtMs) => told.push([host, endsAtMs]),
  })
  const answer = await client.request({ method: 'GET', url: `https://localhost:${port}/` })
  expect(answer).toMatchObject({ ok: true, status: 200 })
  expect(told).toEqual([['localhost', ENDS_MS]])
})

test('of each host the last certificate counts, and hosts that are made up fill no memory', () => {
  const certificates = createCertificates()
  certificates.note('crm', 'crm.example', 1)
  certificates.note('crm', 'crm.example', 2)
  expect(certificates.all()).toEqual([{ system: 'crm', host: 'crm.example', endsAtMs: 2 }])
  for (let n = 0; n < 6_000; n += 1) certificates.note('crm', `made-up-${n}.example`, 3)
  expect(certificates.all().length).toBeLessThanOrEqual(5_000)
})
