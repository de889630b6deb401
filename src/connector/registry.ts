import { readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Connector } from './kit.ts'

/**
 * Loads every connector below a folder by listing it; folders that begin with `_` or `.` are none. A folder's name is its
 * connector's name. A connector that cannot be loaded stops the start: half a list would read as wrong configuration.
 */
export async function loadConnectors(dir: string): Promise<Map<string, Connector<unknown>>> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory() && /^[^_.]/.test(entry.name)).map(entry => entry.name)
  const loaded = await Promise.all(names.sort().map(async name => [name, await loadConnector(dir, name)] as const))
  return new Map(loaded)
}

async function loadConnector(dir: string, name: string): Promise<Connector<unknown>> {
  const file = join(dir, name, 'connector.ts')
  if (!existsSync(file)) throw new Error(`connectors/${name} has no connector.ts; every folder there is a connector`)
  const loaded: unknown = await import(pathToFileURL(file).href)
  const connector = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
  if (!isConnector(connector)) throw new Error(`${name}/connector.ts must export default defineConnector({ … })`)
  if (connector.manifest.name !== name) {
    throw new Error(`${name}/connector.ts calls itself "${connector.manifest.name}"; name and folder must be the same`)
  }
  return connector
}

function isConnector(value: unknown): value is Connector<unknown> {
  if (typeof value !== 'object' || value === null || !('manifest' in value)) return false
  const { manifest } = value
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest && 'settings' in manifest
}
