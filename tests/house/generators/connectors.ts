import { join } from 'node:path'
import * as prettier from 'prettier'
import { loadConnectors } from '#connector/registry.ts'
import { presets } from '../../../connectors/webhook/presets.ts'
import { connectorDocs } from './connector-docs.ts'

const ROOT = join(import.meta.dirname, '../../..')
const connectors = await loadConnectors(join(ROOT, 'connectors'))
const options = await prettier.resolveConfig(join(ROOT, 'docs/connectors.md'))
const content = await prettier.format(connectorDocs(connectors, presets), { ...options, parser: 'markdown' })

/** docs/connectors.md: what every connector and preset does, what it was checked against and what nobody could check. */
export function connectorFiles(): { path: string; content: string }[] {
  return [{ path: 'docs/connectors.md', content }]
}
