import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import express from 'express'
import request from 'supertest'
import { beforeAll, describe, expect, test } from 'vitest'
import { webConsole } from '#console/pages/web-console.ts'
import { buildWeb } from './build.ts'

/** An answer as it goes over the wire. */
async function rawAnswer(folder: string, path: string, accepted: string) {
  const server = createServer(express().use('/console', webConsole(folder))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const asked = get({ port, path, headers: { 'accept-encoding': accepted } })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const body = Buffer.concat(await answer.toArray())
  server.close()
  return { status: answer.statusCode, headers: answer.headers, body }
}

const hub = (folder: string) => request(express().use('/console', webConsole(folder)))

describe('the hub serves the console itself', () => {
  let dist = ''

  beforeAll(async () => {
    dist = await buildWeb()
  }, 60_000)

  test('the page is asked for each time; what it names is kept for good', async () => {
    const page = await hub(dist).get('/console/')
    expect(page.status).toBe(200)
    expect(page.headers['cache-control']).toBe('no-cache')
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
    expect(assets.length).toBeGreaterThanOrEqual(3)
    for (const path of assets) {
      expect(path).toMatch(/^\/console\/assets\/[\w.-]+-[\w-]{8}\.\w+$/)
      const asset = await hub(dist).get(path)
      expect(asset.status).toBe(200)
      expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    }
  })

  test('what it names comes compressed to those who take it, and is the same', async () => {
    const page = await hub(dist).get('/console/')
    const [script = ''] = /\/console\/assets\/[\w.-]+\.js/.exec(page.text) ?? []
    const plain = await rawAnswer(dist, script, 'identity')
    expect(plain.headers['content-encoding']).toBeUndefined()
    for (const [accepted, encoding, unpack] of [
      ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
    ] as const) {
      const { headers, body } = await rawAnswer(dist, script, accepted)
      expect(headers).toMatchObject({
        'content-encoding': encoding,
        'content-type': plain.headers['content-type'],
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      })
      expect(body.length).toBeLessThan(plain.body.length / 2)
      expect(unpack(body).equals(plain.body)).toBe(true)
    }
    expect((await rawAnswer(dist, '/console/assets/..%2f..%2fpackage.json', 'br')).status).toBe(404)
  })

  test('a page within is the same page; a file that is not there is not', async () => {
    const within = await hub(dist).get('/console/mappings/crm/contact.in')
    expect(within.text).toContain('<div id="root">')
    expect((await hub(dist).get('/console/assets/gone-12345678.js')).status).toBe(404)
  })

  test('nothing runs or is loaded but what the hub serves, and each answer has a nonce of its own', async () => {
    const pages = [await hub(dist).get('/console/'), await hub(dist).get('/console/')]
    const nonces = pages.map(page => {
      const policy = page.headers['content-security-policy'] ?? ''
      expect(policy.replace("style-src-attr 'unsafe-inline'", '')).not.toMatch(/unsafe|https?:|\*/)
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(page.text).not.toContain('PATCHBAY_NONCE')
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
      expect(page.text).toContain(`nonce="${nonce}"`)
      return nonce
    })
    expect(new Set(nonces).size).toBe(2)
  })

  test('where it is not built the page says what to run', async () => {
    const page = await hub(mkdtempSync(join(tmpdir(), 'patchbay-web-'))).get('/console/')
    expect(page.status).toBe(503)
    expect(page.text).toContain('npm run build')
  })
})
