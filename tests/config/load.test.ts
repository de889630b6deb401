import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readEnvironment } from '#config/environment.ts'
import type { Environment } from '#config/environment.ts'
import { hashConfig, loadConfig, prepareSecrets, writeProblem } from '#config/load.ts'
import type { ConfigConnector } from '#config/systems.ts'

const limits = { concurrency: 4, timeoutMs: 10_000 }
const connectors = new Map<string, ConfigConnector>([
  [
    'rest',
    {
      manifest: {
        name: 'rest',
        category: 'generic',
        settings: z.strictObject({
          url: z.url(),
          retries: z.int().default(2),
          auth: z.discriminatedUnion('type', [
            z.strictObject({ type: z.literal('basic'), user: z.string() }),
            z.strictObject({ type: z.literal('none') }),
          ]),
        }),
        secrets: { password: { required: true }, other: { required: false } },
        objects: ['contact', 'company'],
        limits,
      },
      webhook: {},
      push: {},
    },
  ],
  [
    'form',
    {
      manifest: {
        name: 'form',
        category: 'forms',
        settings: z.strictObject({}),
        secrets: {},
        objects: ['form'],
        limits,
      },
      webhook: {},
    },
  ],
])

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-config-'))
})

function write(path: string, text: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

function environment(variables: Record<string, string> = {}): Environment {
  const result = readEnvironment(variables)
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.environment
}

function problemsOf(text: string, variables: Record<string, string> = {}): string[] {
  const file = write('patchbay.yaml', text)
  const result = loadConfig(file, environment(variables), connectors)
  return result.ok ? [] : result.problems.map(problem => writeProblem(problem).replace(`${folder}/`, ''))
}

const GOOD = `
hub: { port: 4700, publicUrl: https://hub.example.com/ }
teams:
  service: { title: Service }
systems:
  helpdesk:
    connector: rest
    team: service
    settings: { url: "\${HELPDESK_URL:-\${HUB_URL}/\${PART:-x}}", auth: { type: none } }
    secrets: { password: [env:NEW_PASSWORD, file:secrets/old] }
    objects: { contact: { pollEvery: 5m } }
    limits: { perSecond: 3, timeout: 30s }
routes:
  - { entity: person, system: helpdesk, object: contact, when: 'email' }
policy: { skewTolerance: 1m }
limits: { body: 2mb }
`

describe('a right configuration', () => {
  it('is filled with defaults, secrets and variables', () => {
    write('data/secrets/old', 'old secret\n')
    write('mappings/helpdesk/contact.out.jsonata', '{}')
    const file = write('patchbay.yaml', GOOD)
    const result = loadConfig(
      file,
      environment({ NEW_PASSWORD: 'new secret', PART: 'api', PATCHBAY_PORT: '4800' }),
      connectors,
    )
    if (!result.ok) throw new Error(result.problems.map(writeProblem).join('\n'))
    expect(result.warnings).toEqual([])
    const { config } = result
    expect(config.hub).toMatchObject({
      host: '127.0.0.1',
      port: 4800,
      publicUrl: 'https://hub.example.com',
      dataDir: join(folder, 'data'),
    })
    expect(config.systems.helpdesk).toEqual({
      name: 'helpdesk',
      connector: 'rest',
      team: 'service',
      settings: { url: 'http://127.0.0.1:4800/api', retries: 2, auth: { type: 'none' } },
      secrets: { password: ['new secret', 'old secret'], other: [] },
      mappings: 'helpdesk',
      priority: 0,
      objects: { contact: { pollEveryMs: 300_000 } },
      limits: { concurrency: 4, perSecond: 3, timeoutMs: 30_000, probeAfterMs: 60_000 },
    })
    expect(config.routes).toEqual([
      {
        name: 'person-to-helpdesk-contact',
        entity: 'person',
        system: 'helpdesk',
        object: 'contact',
        when: 'email',
        mapping: 'helpdesk/contact.out',
        onRouteExit: 'freeze',
        onSourceDelete: 'ignore',
        losingEdits: 'writeBack',
      },
    ])
    expect(config.policy.skewToleranceMs).toBe(60_000)
    expect(config.limits.bodyBytesMax).toBe(2 * 1_024 ** 2)
    expect(JSON.stringify(result.raw)).not.toContain('secret"')
  })

  it('has a hash that ignores order and comments, and no secret values', () => {
    expect(hashConfig({ a: 1, b: { c: 2, d: [1] } })).toBe(hashConfig({ b: { d: [1], c: 2 }, a: 1 }))
    expect(hashConfig({ a: 1 })).not.toBe(hashConfig({ a: 2 }))
  })

  it('makes generated secrets once, readable by their owner only', () => {
    const file = write(
      'patchbay.yaml',
      'systems: { a: { connector: rest, secrets: { password: file:secrets/generated/a, other: file:secrets/b } } }',
    )
    const made = prepareSecrets(file, environment())
    expect(made).toEqual([join(folder, 'data/secrets/generated/a')])
    const [path = ''] = made
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/)
    expect(prepareSecrets(file, environment())).toEqual([])
  })
})

describe('mistakes', () => {
  it('names a comparison of ids where no ids can be listed', () => {
    const given = 'systems: { web: { connector: form, objects: { form: { compareIdsEvery: 1d } } } }\n'
    const told = problemsOf(given)
    expect(told).toEqual([expect.stringContaining('form cannot list the ids of form')])
  })

  it('are all reported at once, in order, with place, finding, expectation and suggestion', () => {
    const problems = problemsOf(`hub: { prot: 4600, host: 7 }
sytems: {}
teams: { sales: { mail: x } }
systems:
  Crm:
    connector: rset
  helpdesk:
    connector: rest
    team: saels
    settings:
      url: nowhere
      retires: 3
      auth: { type: basik }
    secrets:
      password: hunter2
      pasword2: env:NOPE
    objects: { contacts: {} }
    limits: { timeout: 30, concurrency: 0 }
  web: { connector: form }
routes:
  - { entity: persn, system: helpdesk, object: contact }
  - { entity: person, system: helpdsk, object: contact }
  - { entity: person, system: web, object: form }
  - { entity: account, system: helpdesk, object: compny, mapping: x/y.out }
policy: { survivorship: { person: { email: { rule: priority }, emial: { rule: longest } } } }
limits: { body: big }
`)
    expect(problems.map(problem => problem.replace(/ in \/.*$/, ' in DIRS'))).toEqual([
      'patchbay.yaml:1:8: hub.prot: unknown key "prot" in hub; did you mean "port"?',
      'patchbay.yaml:1:26: hub.host: found the number 7; expected a text',
      'patchbay.yaml:2:1: sytems: unknown key "sytems" at the top of the file; did you mean "systems"?',
      'patchbay.yaml:3:19: teams.sales.mail: unknown key "mail" in teams.sales; did you mean "email"?',
      'patchbay.yaml:5:3: systems.Crm: "Crm" is not a valid name; expected a name of small letters, digits and hyphens that starts with a letter, such as helpdesk-eu',
      'patchbay.yaml:6:16: systems.Crm.connector: unknown connector "rset"; did you mean "rest"?',
      'patchbay.yaml:9:11: systems.helpdesk.team: unknown team "saels"; did you mean "sales"?',
      'patchbay.yaml:11:12: systems.helpdesk.settings.url: found the text "nowhere"; expected an address that starts with http:// or https://',
      'patchbay.yaml:12:7: systems.helpdesk.settings.retires: unknown key "retires" in systems.helpdesk.settings; did you mean "retries"?',
      'patchbay.yaml:13:21: systems.helpdesk.settings.auth.type: found the text "basik"; did you mean "basic"?',
      'patchbay.yaml:15:17: systems.helpdesk.secrets.password: found a secret written out (not shown); expected a reference: env:NAME (an environment variable) or file:PATH (a file; relative paths are below the data folder)',
      'patchbay.yaml:16:7: systems.helpdesk.secrets.pasword2: unknown secret "pasword2"; did you mean "password"?',
      'patchbay.yaml:16:17: systems.helpdesk.secrets.pasword2: environment variable NOPE is not set; expected the secret in it',
      'patchbay.yaml:18:24: systems.helpdesk.limits.timeout: found the number 30; expected a duration with its unit, such as 30s, 5m or 2h',
      'patchbay.yaml:18:41: systems.helpdesk.limits.concurrency: found the number 0; expected at least 1',
      'patchbay.yaml:21:15: routes[0].entity: found the text "persn"; did you mean "person"?',
      'patchbay.yaml:22:31: routes[1].system: unknown system "helpdsk"; did you mean "helpdesk"?',
      'patchbay.yaml:23:31: routes[2].system: system "web" cannot be written to; expected a system whose connector can push',
      'patchbay.yaml:24:67: routes[3].mapping: there is no mapping "x/y.out"; expected the file x/y.out.jsonata in DIRS',
      'patchbay.yaml:25:44: policy.survivorship.person.email: "systems" is missing; expected for rule priority: the systems, best first',
      'patchbay.yaml:25:64: policy.survivorship.person.emial: unknown field "emial" of person; did you mean "email"?',
      'patchbay.yaml:26:17: limits.body: found the text "big"; expected a size with its unit, such as 64kb or 1mb',
    ])
  })
  it.each([
    ['a: [', /^patchbay.yaml:1:\d+: /],
    ['hub: {}\nhub: {}', /^patchbay.yaml:2:1: Map keys must be unique$/],
    ['- a', /^patchbay.yaml:1:1: the file is not a block/],
    ['systems:\n  a: { connector: rest, secrets: { password: "hunter2 }', /^patchbay.yaml:\d+:\d+: /],
    [
      'systems: { a: { connector: rest, settings: { url: "${NOWHERE}", auth: { type: none } }, secrets: { password: env:P } } }',
      /^patchbay.yaml:1:51: .*NOWHERE is not set/,
    ],
    ['routes: 3', /routes: found something that is not a list/],
  ])('of other kinds: %s', (text, expected) => {
    const [problem = ''] = problemsOf(text, { P: 'x' })
    expect(problem).toMatch(expected)
    expect(problem).not.toContain('hunter2')
  })

  it('two routes of one entity to one place are refused', () => {
    write('mappings/h/contact.out.jsonata', '{}')
    const route = '{ entity: person, system: h, object: contact }'
    const system =
      '{ connector: rest, settings: { url: http://h, auth: { type: none } }, secrets: { password: env:P } }'
    expect(problemsOf(`systems: { h: ${system} }\nroutes: [${route}, ${route}]`, { P: 'x' })).toEqual([
      expect.stringContaining('both take person to h/contact'),
    ])
  })

  it('a missing file names the ways to give another', () => {
    const result = loadConfig(join(folder, 'none.yaml'), environment(), connectors)
    expect(result).toMatchObject({ ok: false, problems: [{ message: 'there is no such file' }] })
  })
})

describe('the environment', () => {
  it('names wrong variables without repeating their values', () => {
    const result = readEnvironment({
      DATABASE_URL: 'mysql://root:geheim@h/x',
      PATCHBAY_PORT: '99999',
      LOG_LEVEL: 'loud',
    })
    if (result.ok) throw new Error('accepted')
    expect(result.problems).toHaveLength(3)
    expect(result.problems.join()).not.toContain('geheim')
  })

  it('takes empty variables for absent ones', () => {
    expect(environment({ DATABASE_URL: '', CI: 'false' })).toMatchObject({
      ci: false,
      configFile: 'patchbay.yaml',
      logLevel: 'info',
    })
    expect(environment({ DATABASE_URL: '' })).not.toHaveProperty('databaseUrl')
  })
})
