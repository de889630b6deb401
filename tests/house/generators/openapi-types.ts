import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * The TypeScript types of an OpenAPI file (path from the root). The command line is called, and not the library:
 * its declarations do not pass this project's strict check of library types.
 */
export function openapiTypes(root: string, source: string): string {
  const cli = join(root, 'node_modules/openapi-typescript/bin/cli.js')
  const types = execFileSync(process.execPath, [cli, join(root, source)], { encoding: 'utf8', stdio: 'pipe' })
  return `// Generated from ${source} by \`npm run generate\`. Do not edit.\n${types}`
}
