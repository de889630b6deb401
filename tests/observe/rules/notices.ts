import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { stringify } from 'yaml'

/** An alert as Alertmanager tells a webhook of it. */
export interface Told {
  status: 'firing' | 'resolved'
  labels: Record<string, string>
  annotations: { summary: string; runbook: string }
}

/** A receiver of Alertmanager's webhooks, which remembers what it was told, and to which team it was told. */
export async function startReceiver() {
  const told: (Told & { receiver: string })[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { receiver: string; alerts: Told[] }
      told.push(...body.alerts.map(alert => ({ ...alert, receiver: body.receiver })))
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { told, url, close: () => server.close() }
}

/** Routes by team as the example does, without its pauses. */
export function quickRoutes(url: string, teams: readonly string[]): string {
  return stringify({
    route: {
      receiver: 'default',
      group_by: ['team', 'alertname', 'system'],
      group_wait: '100ms',
      group_interval: '500ms',
      repeat_interval: '1h',
      routes: teams.map(team => ({ matchers: [`team="${team}"`], receiver: team })),
    },
    receivers: ['default', ...teams].map(name => ({
      name,
      webhook_configs: [{ url: `${url}/${name}`, send_resolved: true }],
    })),
  })
}
