import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../mappings')

/** The mappings of a folder as they stand in the repository, by name, for a hub of a test. */
export function repositoryMappings(folder: string): Record<string, string> {
  const files = readdirSync(join(ROOT, folder)).filter(file => file.endsWith('.jsonata'))
  return Object.fromEntries(
    files.map(file => [`${folder}/${file.replace('.jsonata', '')}`, readFileSync(join(ROOT, folder, file), 'utf8')]),
  )
}
