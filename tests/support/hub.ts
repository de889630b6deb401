import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { type Hub, type HubOptions, startHub } from '#app.ts'
import { readEnvironment } from '#config/environment.ts'
import { createHubKey } from '#config/key.ts'
import { parseConfig } from '#config/load.ts'
import type { Connector } from '#connector/kit.ts'
import { loadConnectors } from '#connector/registry.ts'
import { testLog } from './postgres.ts'

export { until } from './until.ts'

export interface TestHubOptions {
  databaseUrl: string
  yaml: string
  connectors: readonly Connector<unknown>[]
  /** Files below the mappings folder, by name without `.jsonata`. */
  mappings: Readonly<Record<string, string>>
  /** Look-up tables as CSV, by name. */
  tables?: Readonly<Record<string, string>>
  /** Environment variables that the configuration refers to. */
  env?: Readonly<Record<string, string>>
  /** Default true: tests' vendors are on loopback. */
  allowPrivateAddresses?: boolean
  overrides?: Partial<HubOptions>
}

/** Starts a whole hub on a test database, a free port and mappings of its own; it stops after the file's last test. */
export async function startTestHub(options: TestHubOptions): Promise<Hub> {
  const dir = mkdtempSync(path.join(tmpdir(), 'patchbay-hub-'))
  for (const [name, source] of Object.entries(options.mappings)) {
    const file = path.join(dir, 'mappings', `${name}.jsonata`)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, source)
  }
  for (const [name, text] of Object.entries(options.tables ?? {})) {
    mkdirSync(path.join(dir, 'mappings/tables'), { recursive: true })
    writeFileSync(path.join(dir, 'mappings/tables', `${name}.csv`), text)
  }
  const environment = readEnvironment(options.env ?? {})
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const connectors = new Map(options.connectors.map(connector => [connector.manifest.name, connector]))
  const result = parseConfig(options.yaml, path.join(dir, 'patchbay.yaml'), environment.environment, connectors)
  if (!result.ok)
    throw new Error(result.problems.map(problem => `${problem.line}: ${problem.path}: ${problem.message}`).join('\n'))
  const hub = await startHub({
    config: {
      ...result.config,
      hub: {
        ...result.config.hub,
        host: '127.0.0.1',
        port: 0,
        allowPrivateAddresses: options.allowPrivateAddresses ?? true,
      },
    },
    raw: result.raw,
    hash: result.hash,
    connectors,
    key: createHubKey([randomBytes(32)]),
    databaseUrl: options.databaseUrl,
    log: testLog,
    ...options.overrides,
  })
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await hub.stop()
  }
  afterAll(stop)
  return { ...hub, stop }
}

/** One of the repository's own connectors, as the hub loads them. */
export async function connectorNamed(name: string): Promise<Connector<unknown>> {
  const connector = (await loadConnectors(path.join(import.meta.dirname, '../../connectors'))).get(name)
  if (connector === undefined) throw new Error(`there is no folder connectors/${name}`)
  return connector
}
