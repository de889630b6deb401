import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '#app.ts'
import { loadConnectors } from '#connector/registry.ts'
import { issueToken } from '../../../connectors/web-form/form-token.ts'
import { startTestHub } from '../../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'

const CONNECTORS = join(import.meta.dirname, '../../../connectors')
const SITE = 'https://www.example.com'
const PLAIN = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*' }

describe('a form that is refused', () => {
  let hub: Hub
  let db: TestDatabase
  const formKey = 'a-key-of-the-form'

  beforeAll(async () => {
    db = await createTestDatabase()
    hub = await startTestHub({
      databaseUrl: db.url,
      yaml: `
systems:
  contact: { connector: web-form, settings: { allowedOrigins: ['${SITE}'] }, secrets: { formKey: env:FORM_KEY } }
limits: { body: 20kb }
`,
      connectors: [...(await loadConnectors(CONNECTORS)).values()],
      mappings: { 'contact/submission.in': '{}' },
      env: { FORM_KEY: formKey },
    })
  })

  async function post(fields: Record<string, string>, headers: Record<string, string>, path = '') {
    const reply = await fetch(`${hub.url}/in/contact${path}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
      redirect: 'manual',
    })
    return { reply, text: await reply.text() }
  }

  test('shows people a page in their language that says what to do, with a way back', async () => {
    const expired = issueToken('contact', Date.now() - 2 * 86_400_000, formKey)
    const zh = await post({ form_token: expired, language: 'zh' }, PLAIN)
    expect(zh.reply.status).toBe(401)
    expect(zh.reply.headers.get('content-type')).toContain('text/html')
    expect(zh.reply.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(zh.text).toContain('<html lang="zh-CN">')
    expect(zh.text).toContain('已过期')
    expect(zh.text).toContain('has expired')
    const back = /href="([^"]+)"/.exec(zh.text)?.[1] ?? ''
    const again = await fetch(new URL(back, `${hub.url}/in/contact`))
    expect(again.status).toBe(200)
    expect(await again.text()).toContain('name="form_token"')

    const deeper = await post({}, PLAIN, '/some/where')
    expect(deeper.reply.status).toBe(401)
    expect(deeper.text).toContain('could not be sent')
    const upwards = /href="([^"]+)"/.exec(deeper.text)?.[1] ?? ''
    expect((await fetch(new URL(upwards, `${hub.url}/in/contact/some/where`))).status).toBe(200)
  })

  test('leads back to the site that the form stands on', async () => {
    const headers = { ...PLAIN, origin: SITE, referer: `${SITE}/contact?a=1&b=2` }
    expect((await post({}, headers)).text).toContain(`href="${SITE}/contact?a=1&amp;b=2"`)
    const foreign = await post({}, { ...PLAIN, origin: 'https://evil.example', referer: 'https://evil.example/x' })
    expect(foreign.reply.status).toBe(403)
    expect(foreign.text).not.toContain('evil')
  })

  test('lets scripts of allowed sites, and of no others, read why', async () => {
    const headers = { 'content-type': 'application/json', origin: SITE }
    const script = await post({}, headers)
    expect(script.reply.headers.get('access-control-allow-origin')).toBe(SITE)
    expect(JSON.parse(script.text)).toMatchObject({ status: 401, code: 'credentials_missing' })
    const foreign = await post({}, { ...headers, origin: 'https://evil.example' })
    expect(foreign.reply.headers.get('access-control-allow-origin')).toBeNull()
    expect(JSON.parse(foreign.text)).toMatchObject({ code: 'origin_refused' })
  })

  test('is dressed too when the hub refuses before it reads, and when it cannot store', async () => {
    const large = await post({ message: 'x'.repeat(30_000) }, { ...PLAIN, origin: SITE })
    expect(large.reply.status).toBe(413)
    expect(large.reply.headers.get('access-control-allow-origin')).toBe(SITE)
    expect(large.text).toContain('too large')

    await sql`alter table request add constraint full_disk check (system <> 'contact') not valid`.execute(
      db.database.kysely,
    )
    const fields = { form_token: issueToken('contact', Date.now() - 60_000, formKey), message: 'hello' }
    const failed = await post(fields, { ...PLAIN, origin: SITE })
    expect(failed.reply.status).toBe(503)
    expect(failed.reply.headers.get('retry-after')).toBe('5')
    expect(failed.text).toContain('try again in a few minutes')
  })
})
