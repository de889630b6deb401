/**
 * Writes every generated file of the project (`npm run generate`). Generated files are checked in;
 * tests/house/generated.test.ts proves them current. To add a generator, put it into `GENERATORS`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { apiFiles } from './generators/api.ts'
import { canonicalFiles } from './generators/canonical.ts'
import { connectorFiles } from './generators/connectors.ts'
import { dashboardFiles } from './generators/dashboards.ts'
import { metricFiles } from './generators/metrics.ts'

/** One generated file: its path from the root of the project, and its whole content. */
export interface GeneratedFile {
  path: string
  content: string
}

export type Generator = (root: string) => readonly GeneratedFile[]

export const ROOT = join(import.meta.dirname, '../..')
export const GENERATORS: Readonly<Record<string, Generator>> = {
  canonical: canonicalFiles,
  api: apiFiles,
  connectors: connectorFiles,
  metrics: metricFiles,
  dashboards: dashboardFiles,
}

if (import.meta.main) {
  for (const generate of Object.values(GENERATORS)) {
    for (const file of generate(ROOT)) {
      mkdirSync(dirname(join(ROOT, file.path)), { recursive: true })
      writeFileSync(join(ROOT, file.path), file.content)
      console.log(file.path)
    }
  }
}
