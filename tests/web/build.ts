import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { vi } from 'vitest'

const CONFIG = join(import.meta.dirname, '../../web/vite.config.ts')

/** Builds the console as `npm run build` does, into a folder of its own: what is tested is what the sources say. */
export async function buildWeb(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'patchbay-web-'))
  // Under the name that the test runner gives it would be a build for development.
  vi.stubEnv('NODE_ENV', 'production')
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir } })
  vi.unstubAllEnvs()
  return outDir
}
