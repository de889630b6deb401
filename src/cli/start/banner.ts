import type { Hub } from '#app.ts'
import type { Environment } from '#config/environment.ts'
import { parseSecretReference } from '#config/secrets.ts'
import { isJsonObject } from '#model/json.ts'
import type { JsonObject } from '#model/json.ts'
import { relative } from 'node:path'
import type { Output } from '../output/output.ts'
import { padText } from '../output/text-width.ts'

interface BannerFacts {
  hub: Hub
  configFile: string
  dataDir: string
  logFile: string | undefined
  firstToken: string | undefined
  environment: Environment
  /** The configuration as written: its references say where a secret is, not what it is. */
  raw: JsonObject
}

/** What a person reads after the start: where everything is, and one line that puts a record in. */
export function banner(facts: BannerFacts, out: Output): string {
  const { hub, environment } = facts
  const forms = Object.values(hub.config.systems).filter(system => system.connector === 'web-form')
  const places: [string, string][] = [
    ['Console', `${hub.url}/console/`],
    ...forms.map((form): [string, string] => ['Form to try', `${hub.url}/forms/${form.name}`]),
    ['Webhooks', `${hub.url}/in/<system>`],
    ['REST API', `${hub.url}/docs`],
    ['Configuration', facts.configFile],
    [
      'Data',
      environment.databaseUrl === undefined
        ? `${facts.dataDir} (PostgreSQL inside)`
        : `${facts.dataDir}, and the database of DATABASE_URL`,
    ],
    ['Log', facts.logFile ?? 'standard output'],
  ]
  const token: [string, string][] =
    facts.firstToken === undefined
      ? []
      : [['Admin token', `${facts.firstToken}  (shown this once; only its hash is kept)`]]
  const width = Math.max(...[...places, ...token].map(([name]) => name.length))
  const rows = [...places, ...token].map(
    ([name, value]) => `  ${out.style('dim', padText(name, width, 'left'))}  ${value}`,
  )
  return [
    '',
    `${out.style('bold', 'Patchbay runs.')}  ${hub.url}`,
    '',
    ...rows,
    '',
    'Put something in, and see it come out:',
    ...curlLines(facts, forms[0]?.name).map(line => `  ${line}`),
    '',
    'Ctrl-C finishes what is under way and stops.',
    '',
  ].join('\n')
}

function curlLines({ hub, raw }: BannerFacts, form: string | undefined): string[] {
  const file = form === undefined ? undefined : tokenFile(raw, form, hub.config.hub.dataDir)
  if (form === undefined || file === undefined) return [`curl ${hub.url}/readyz`]
  return [
    `curl ${hub.url}/in/${form} -H "Authorization: Bearer $(cat ${pathFromHere(file)})" -H "Content-Type: application/json" -d '{"email":"ana@example.com","full_name":"Ana Silva","message":"Hello"}'`,
    'npm run patchbay -- customer ana@example.com',
  ]
}

/** The file with the token for servers of a form, when it is in one. */
function tokenFile(raw: JsonObject, form: string, dataDir: string): string | undefined {
  const systems = isJsonObject(raw.systems) ? raw.systems : {}
  const system = systems[form]
  const secrets = isJsonObject(system) && isJsonObject(system.secrets) ? system.secrets : {}
  const given = Array.isArray(secrets.formToken) ? secrets.formToken[0] : secrets.formToken
  const reference = typeof given === 'string' ? parseSecretReference(given, dataDir) : undefined
  return reference?.kind === 'file' ? reference.path : undefined
}

/** A path as the user would type it from the current folder. */
export function pathFromHere(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere === '' ? '.' : fromHere.startsWith('..') ? path : fromHere
}
