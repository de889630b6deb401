import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import webForm from '../../connectors/web-form/connector.ts'
import type { RawRequest, Reply } from '#connector/kit.ts'
import { parseBody } from '#connector/body/body.ts'

const SECRETS = { formKey: ['form-key-1'], formToken: [] }
const NOW_MS = Date.parse('2026-11-21T10:00:00Z')
const settings = (given: object = {}) => webForm.manifest.settings.parse(given)

function request(change: Partial<RawRequest>): RawRequest {
  return {
    method: 'GET',
    path: '',
    query: new URLSearchParams(),
    headers: {},
    body: new Uint8Array(),
    publicUrl: 'https://hub.example.com/base/forms/contact?x=1',
    remoteAddress: '203.0.113.1',
    ...change,
  }
}

function page(
  given: object = {},
  change: Partial<RawRequest> = {},
  secrets: Record<string, string[]> = SECRETS,
): Reply {
  const reply = webForm.webhook?.page?.(request(change), { settings: settings(given), secrets }, NOW_MS)
  if (reply === undefined) throw new Error('no page')
  return reply
}

/** The fields of the page as a browser would send them, with what a visitor typed. */
function submitted(html: string, typed: Record<string, string>): string {
  const fields = new URLSearchParams()
  for (const [tag] of html.matchAll(/<(?:input|textarea|select)\b[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1] ?? ''
    if (!tag.includes('checkbox') || name in typed)
      fields.append(name, typed[name] ?? /value="([^"]*)"/.exec(tag)?.[1] ?? '')
  }
  return fields.toString()
}

describe('the ready-made page', async () => {
  it('posts to the hub, and what it posts is accepted once', async () => {
    const html = page().body ?? ''
    expect(html).toContain('action="../in/contact"')
    const body = Buffer.from(submitted(html, { full_name: 'Ana', email: 'ana@example.com', consent: 'on' }))
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'http://localhost:4600',
      host: 'localhost:4600',
    }
    const post = request({ method: 'POST', headers, body, publicUrl: 'https://hub.example.com/base/in/contact' })
    const given = { settings: settings(), secrets: SECRETS }
    expect(webForm.webhook?.verify(post, given, NOW_MS + 10_000)).toEqual({ ok: true })
    const first = await webForm.webhook?.split(post, given, NOW_MS)
    const again = await webForm.webhook?.split({ ...post }, given, NOW_MS + 60_000)
    expect(first).toEqual(again)
    const edited = { ...post, body: Buffer.from(body.toString().replace('Ana', 'Anna')) }
    const corrected = await webForm.webhook?.split(edited, given, NOW_MS)
    if (!first?.ok || !corrected?.ok) throw new Error('not split')
    expect(corrected.events[0]?.remoteId).toBe(first.events[0]?.remoteId)
    expect(corrected.events[0]?.vendorEventId).not.toBe(first.events[0]?.vendorEventId)
    const reply = webForm.webhook?.reply?.(post, given, { eventIds: [] })
    expect(new URL(reply?.headers?.['location'] ?? '', post.publicUrl).href).toBe(
      'https://hub.example.com/base/forms/contact?sent=1&lang=en',
    )
  })

  it('lets in no script and no style but its own', () => {
    const { headers, body = '' } = page()
    const policy = headers?.['content-security-policy'] ?? ''
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? ''
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    expect(policy).toContain("default-src 'none'")
    expect(body).not.toMatch(/<script|style="| on\w+="|https?:\/\//)
    expect(headers?.['cache-control']).toBe('no-store')
    expect(page({ redirectUrl: 'https://www.example.com/thanks' }).headers?.['content-security-policy']).toContain(
      "form-action 'self' https://www.example.com",
    )
  })

  it('labels every field, in the language of the visitor', () => {
    const html = page({}, { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } }).body ?? ''
    expect(html).toContain('<html lang="zh-CN">')
    expect(html).toContain('联系我们')
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(match => match[1])
    expect(ids.length).toBe(6)
    for (const id of ids) expect(html).toContain(`<label for="${id}">`)
    expect(page({}, { query: new URLSearchParams('lang=en'), headers: { 'accept-language': 'zh' } }).body).toContain(
      '<html lang="en">',
    )
    expect(page({}, { query: new URLSearchParams('sent=1') }).body).toContain('role="status"')
  })

  it('escapes what settings and the address bring in', () => {
    const given = { title: { en: '<b>"x"', zh: 'z' }, fields: [{ name: 'a', label: { en: `'"><script>`, zh: 'z' } }] }
    const html = page(given, { publicUrl: 'https://hub.example.com/forms/%22%3E"<script>' }).body ?? ''
    expect(html).not.toContain('<script>')
    expect(html).not.toContain('<b>')
  })

  it('says when its key is missing, and gives no token', () => {
    const reply = page({}, {}, {})
    expect(reply.status).toBe(503)
    expect(reply.body).not.toContain('form_token')
  })
})

it('keeps prototype names as fields', async () => {
  const body = Buffer.from('{"__proto__":{"polluted":1},"constructor":"x"}')
  const post = request({ method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const split = await webForm.webhook?.split(post, { settings: settings(), secrets: SECRETS }, NOW_MS)
  const payload = split?.ok ? split.events[0]?.payload : undefined
  expect(parseBody(payload ?? new Uint8Array(), 'application/json', { nestingMax: 5 })).toMatchObject({ ok: true })
  expect(Buffer.from(payload ?? []).toString()).toBe('{"__proto__":{"polluted":1},"constructor":"x"}')
})
