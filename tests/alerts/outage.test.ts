import { createServer, connect, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { startTestHub } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startReceiver } from './receiver.ts'

const YAML = `
teams: { platform: { title: Platform } }
alerts:
  defaultTeam: platform
  channels: { chat: { type: slack, secrets: { url: env:CHAT } }, backup: { type: slack, secrets: { url: env:BACKUP } } }
  teams: { platform: { channels: [chat, backup] } }
systems:
  site: { connector: site }
`

test('a database that does not answer is told of from memory, once, and its end', { timeout: 60_000 }, async () => {
  const db = await createTestDatabase()
  const receiver = await startReceiver()
  receiver.answer = ({ path }) => ({ status: path === '/chat' ? 500 : 200, body: 'ok' })
  const { hostname, port } = new URL(db.url)
  const gate = await startGate(hostname, Number(port))
  const through = new URL(db.url)
  through.hostname = '127.0.0.1'
  through.port = String(gate.port)
  const realNow = Date.now.bind(Date)
  let aheadMs = 0
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs)
  const env = { CHAT: `${receiver.url}/chat`, BACKUP: `${receiver.url}/backup` }
  const connectors = [createMemoryVendor('site').connector]
  const hub = await startTestHub({ databaseUrl: through.href, yaml: YAML, connectors, mappings: {}, env })
  const texts = () =>
    receiver.received.filter(({ path }) => path === '/backup').map(({ body }) => JSON.parse(body).text)
  await hub.alerts.look()
  gate.close()
  await expect(hub.alerts.look()).rejects.toThrow()
  expect(texts()).toEqual([])
  aheadMs += 61_000
  for (let look = 0; look < 2; look += 1) await expect(hub.alerts.look()).rejects.toThrow()
  expect(texts()).toEqual(['PostgreSQL does not answer'])
  await gate.open()
  await hub.alerts.look()
  expect(texts()).toEqual(['PostgreSQL does not answer', 'Resolved: PostgreSQL does not answer'])
  await hub.stop()
  vi.restoreAllMocks()
  gate.close()
  await receiver.close()
})

/** Stands between the hub and its database, and can be shut. */
async function startGate(host: string, port: number) {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let own = 0
  const open = async (): Promise<void> => {
    server = createServer(socket => {
      const upstream = connect(port, host)
      for (const end of [socket, upstream]) {
        sockets.add(end)
        end.on('error', () => undefined).on('close', () => sockets.delete(end))
      }
      socket.pipe(upstream).pipe(socket)
    })
    await new Promise<void>(done => server?.listen(own, '127.0.0.1', done))
    own = (server.address() as AddressInfo).port
  }
  await open()
  return {
    port: own,
    open,
    close() {
      server?.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
