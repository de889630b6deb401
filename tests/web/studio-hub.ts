import { openConsole } from '../hub/console.ts'
import { type Scene, startScene } from '../hub/scene.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { buildWeb } from './build.ts'
import { tokenOf } from './console-hub.ts'

/** What the sites' contacts are mapped by at first. */
export const BEFORE = '{"person": {"email": $email(mail), "givenName": name}}'

interface StudioHub {
  scene: Scene
  /** What the CRM calls the contacts of a site. */
  namesInCrm: (system: string) => unknown[]
  token: (name: string) => Promise<string>
}

/** A hub with its console; a CRM hears of the contacts of two sites, one for each language that the journey is made in. */
export async function startStudioHub(): Promise<StudioHub> {
  const webFolder = await buildWeb()
  const crm = createMemoryVendor('crm')
  const scene = await startScene({
    yaml: `
systems:
  site: { connector: site, objects: { contact: {} } }
  shop: { connector: shop, objects: { contact: {} } }
  crm: { connector: crm, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
`,
    connectors: [createMemoryVendor('site').connector, createMemoryVendor('shop').connector, crm.connector],
    mappings: {
      'site/contact.in': BEFORE,
      'shop/contact.in': BEFORE,
      'crm/contact.out': '{"mail": email, "name": givenName}',
    },
    overrides: { console: parts => openConsole(parts, { webFolder }) },
  })
  for (const system of ['site', 'shop'])
    await scene.post(
      system,
      ['Ann', 'Ben', '小明'].map((name, index) => ({
        id: `${index}`,
        at: '2026-01-01T00:00:00Z',
        data: { mail: `${system}${index}@example.com`, name },
      })),
    )
  await scene.calm()
  const token = (name: string): Promise<string> => tokenOf(scene, name, ['read', 'map'])
  const namesInCrm = (system: string): unknown[] =>
    [...crm.records.values()].flatMap(({ mail, name }) =>
      typeof mail === 'string' && mail.startsWith(system) ? [name] : [],
    )
  return { scene, namesInCrm, token }
}
