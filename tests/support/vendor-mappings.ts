import { readdirSync, readFileSync } from 'node:fs'

const ROOT = new URL('../../mappings/', import.meta.url)

/** The default mappings of a vendor, by name, as `startTestHub` takes them. */
export function vendorMappings(folder: string): Record<string, string> {
  const files = readdirSync(new URL(folder, ROOT)).filter(file => file.endsWith('.jsonata'))
  return Object.fromEntries(
    files.map(file => [
      `${folder}/${file.replace('.jsonata', '')}`,
      readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8'),
    ]),
  )
}
