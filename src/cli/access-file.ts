import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isJsonObject } from '#model/json.ts'

/** How the command line reaches the hub of a data folder; written by `start`, readable by its owner only. */
export interface AccessFile {
  url: string
  token: string
}

export function readAccessFile(dataDir: string): AccessFile | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(pathOf(dataDir), 'utf8'))
    return isJsonObject(content) && typeof content.url === 'string' && typeof content.token === 'string'
      ? { url: content.url, token: content.token }
      : undefined
  } catch {
    return undefined
  }
}

export function writeAccessFile(dataDir: string, access: AccessFile): void {
  const path = pathOf(dataDir)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.new`, `${JSON.stringify(access)}\n`, { mode: 0o600 })
  chmodSync(`${path}.new`, 0o600)
  renameSync(`${path}.new`, path)
}

function pathOf(dataDir: string): string {
  return join(dataDir, 'cli.json')
}
