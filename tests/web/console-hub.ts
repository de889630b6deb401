import type { Scope } from '#console/scopes.ts'
import { createToken } from '#console/tokens.ts'
import { openConsole } from '../hub/console.ts'
import { type Scene, SITE_AND_CRM, startScene } from '../hub/scene.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { buildWeb } from './build.ts'

/** A hub with its console, and a CRM that hears of the contacts of a site. */
export async function startConsoleHub(): Promise<Scene> {
  const webFolder = await buildWeb()
  return await startScene({
    yaml: SITE_AND_CRM,
    connectors: [createMemoryVendor('site').connector, createMemoryVendor('crm').connector],
    mappings: { 'site/contact.in': '{"person": {"email": mail}}', 'crm/contact.out': '{"mail": email}' },
    overrides: { console: parts => openConsole(parts, { webFolder }) },
  })
}

/** What somebody logs in with who may do this. */
export async function tokenOf({ hub, db }: Scene, name: string, scopes: readonly Scope[]): Promise<string> {
  return (await createToken(db.database.kysely, { id: hub.ids.uuid(), name, scopes })).value
}
