import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Scaffolding =
  { ok: true; files: readonly string[]; next: string } | { ok: false; code: 'bad_name' | 'exists'; message: string }

/** Letters, digits and dashes: a connector's name is its folder, its word in `patchbay.yaml`, and part of addresses. */
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/**
 * Makes the next connector: copies `connectors/_template` below `root`, gives it its name, and puts the example mappings
 * with their cases into `mappings/<name>`. The result passes the connector suite at once. Paths in the answer are
 * relative to `root`. Nothing that exists is overwritten.
 */
export async function scaffoldConnector(
  root: string,
  name: string,
  templateDir = join(root, 'connectors', '_template'),
): Promise<Scaffolding> {
  if (!NAME.test(name) || name.length > 40) {
    const message = `"${name}" cannot be a connector's name; expected lower-case letters, digits and dashes, such as acme-crm`
    return { ok: false, code: 'bad_name', message }
  }
  const connectorDir = join('connectors', name)
  const mappingsDir = join('mappings', name)
  for (const dir of [connectorDir, mappingsDir]) {
    if (existsSync(join(root, dir))) {
      return { ok: false, code: 'exists', message: `${dir} is there already; choose another name or remove it first` }
    }
  }
  await cp(templateDir, join(root, connectorDir), { recursive: true })
  await mkdir(join(root, 'mappings'), { recursive: true })
  await rename(join(root, connectorDir, 'mappings'), join(root, mappingsDir))
  const files: string[] = []
  for (const dir of [connectorDir, mappingsDir]) {
    for (const entry of await readdir(join(root, dir), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      await writeFile(file, named(await readFile(file, 'utf8'), name))
      files.push(file.slice(root.length + 1))
    }
  }
  const next = `Replace what the fixtures show by the vendor's own requests and replies, then make them pass: npx vitest run tests/connectors`
  return { ok: true, files: files.sort(), next }
}

/** The template's text with the new name, and its title with a capital for each word. */
function named(text: string, name: string): string {
  const title = name
    .split('-')
    .map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
  return text.replaceAll('_template', name).replaceAll(/\bTemplate\b/g, title)
}
