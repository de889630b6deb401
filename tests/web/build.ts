import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

const CONFIG = join(import.meta.dirname, '../../web/vite.config.ts')

/** Builds the console as `npm run build` does, into a folder of its own: what is tested is what the sources say. */
export async function buildWeb(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'patchbay-web-'))
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir } })
  return outDir
}
