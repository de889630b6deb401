import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { CliError } from '../cli-error.ts'
import type { Client } from '../client.ts'
import { pathOf } from './path.ts'

/**
 * Writes published mappings into files, with the cases that they were published with. Without names those that people
 * published. Returns the files.
 */
export async function exportMappings(client: Client, names: readonly string[], folder: string): Promise<string[]> {
  const { items } = await client.get('listMappings', '/mappings')
  const written: string[] = []
  for (const { name, revision } of items) {
    if (revision === null || (names.length > 0 && !names.some(part => name.includes(part)))) continue
    const found = await client.get('getMappingRevision', `${pathOf(name)}/revisions/${revision}`)
    if (names.length === 0 && found.origin === 'file') continue
    const file = join(folder, `${name}.jsonata`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, found.source)
    written.push(file)
    if (found.cases !== null) written.push(await writeCases(name, found.cases as Json[], folder))
  }
  return [...new Set(written)]
}

/** The cases of both directions stand in one file: those of the other one stay. */
async function writeCases(name: string, cases: Json[], folder: string): Promise<string> {
  const [, object = name, direction = ''] = /^(.*)\.(in|out)$/.exec(name) ?? []
  const file = join(folder, `${object}.cases.json`)
  const all = { ...(await readObject(file)), [direction]: cases }
  await writeFile(file, `${JSON.stringify(all, undefined, 2)}\n`)
  return file
}

async function readObject(file: string): Promise<JsonObject> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isJsonObject(content)) return content
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  throw new CliError(`${file}: expected an object with "in" and "out"`)
}
