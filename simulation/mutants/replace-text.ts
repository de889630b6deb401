import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mutated, type Replacement } from './mutant.ts'

const ROOT = join(import.meta.dirname, '../..')

/** From now on these files are loaded with other text in one place each, so that the product holds no switches. */
export function replaceText(name: string, replacements: readonly Replacement[]): void {
  const byUrl = new Map(replacements.map(one => [pathToFileURL(join(ROOT, one.file)).href, one]))
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const replacement = byUrl.get(url)
      if (replacement === undefined) return loaded
      const { source: original = '' } = loaded
      const text = typeof original === 'string' ? original : new TextDecoder().decode(original ?? new Uint8Array())
      const source = mutated(text, replacement)
      if (source === undefined)
        throw new Error(`${replacement.file} does not hold the text that ${name} replaces exactly once`)
      return { ...loaded, source }
    },
  })
}
