import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Connector } from '#connector/kit.ts'
import { loadConnectors } from '#connector/registry.ts'
import { createActions } from '#app/actions.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createTestDatabase } from '../../support/postgres.ts'

const secret = join(mkdtempSync(join(tmpdir(), 'patchbay-replay-')), 'secret')
writeFileSync(secret, 'a-token', { mode: 0o600 })
const connectors = await loadConnectors(join(import.meta.dirname, '../../../connectors'))
const webhook: Connector<unknown> | undefined = connectors.get('webhook')

const yaml = (types: string): string => `
systems:
  shop:
    connector: webhook
    settings: { in: { authentication: { scheme: bearer }, events: { types: ${types} } } }
    secrets: { webhookSecret: 'file:${secret}' }
`

test('an event of an unknown type is kept, and a replay reads it again once the settings know the type', async () => {
  if (!webhook) throw new Error('there is no webhook connector')
  const { url: databaseUrl, database } = await createTestDatabase()
  const mappings = { 'shop/buyer.in': '{"person": {"email": email}}' }
  const before = await startTestHub({ databaseUrl, yaml: yaml('{}'), connectors: [webhook], mappings })
  const reply = await fetch(`${before.url}/in/shop`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-token', 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'buyer.moved', data: { id: 'b1', email: 'ana@example.com' } }),
  })
  expect(reply.status).toBe(202)
  const event = () =>
    database.kysely
      .selectFrom('event')
      .select(['id', 'state', 'reason', 'kind', 'object', 'run'])
      .executeTakeFirstOrThrow()
  const kept = await until(event, ({ state }) => state === 'ignored')
  expect(kept).toMatchObject({ reason: 'unknown_type', kind: 'unknown' })

  expect(await createActions(before).replayEvents([kept.id])).toBe(1)
  expect(await until(event, ({ run, state }) => run === 1 && state !== 'pending')).toMatchObject({
    reason: 'unknown_type',
  })
  await before.stop()

  const after = await startTestHub({
    databaseUrl,
    yaml: yaml('{ buyer.moved: { object: buyer } }'),
    connectors: [webhook],
    mappings,
  })
  expect(await createActions(after).replayEvents([kept.id])).toBe(1)
  expect(await until(event, ({ run, state }) => run === 2 && state !== 'pending')).toMatchObject({
    state: 'processed',
    object: 'buyer',
  })
  const people = () => database.kysely.selectFrom('golden_record').select('fields').execute()
  expect(await until(people, found => found.length === 1)).toEqual([{ fields: { email: 'ana@example.com' } }])
})
