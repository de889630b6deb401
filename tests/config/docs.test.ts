import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readEnvironment } from '#config/environment.ts'
import { loadConfig, parseConfig, prepareSecrets, writeProblem } from '#config/load.ts'
import { loadConnectors } from '#connector/registry.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const connectors = await loadConnectors(join(ROOT, 'connectors'))
const dataDir = mkdtempSync(join(tmpdir(), 'patchbay-docs-'))

function environment(variables: Record<string, string> = {}) {
  const read = readEnvironment({ PATCHBAY_DATA: dataDir, ...variables })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.environment
}

it('the starter configuration is right as it is, without a warning', () => {
  const file = join(ROOT, 'patchbay.yaml')
  prepareSecrets(file, environment())
  const result = loadConfig(file, environment({ PATCHBAY_PORT: '4711' }), connectors)
  if (!result.ok) throw new Error(result.problems.map(writeProblem).join('\n'))
  expect(result.warnings).toEqual([])
  expect(result.config.systems.outbox?.settings).toMatchObject({ out: { url: 'http://127.0.0.1:4711/in/received' } })
  expect(new Set(result.config.routes.map(route => route.entity))).toEqual(
    new Set(['person', 'account', 'opportunity', 'order', 'invoice', 'ticket', 'interaction']),
  )
})

it('the alerts that the starter configuration suggests are right', () => {
  const [before = '', suggested = ''] = readFileSync(join(ROOT, 'patchbay.yaml'), 'utf8').split('# alerts:')
  const text = `${before}alerts:${suggested.replaceAll(/^#/gm, '')}`
  const given = environment({ SLACK_WEBHOOK: 'https://hooks.slack.com/x', PAGERDUTY_KEY: 'k', SMTP_PASSWORD: 'p' })
  const result = parseConfig(text, join(ROOT, 'patchbay.yaml'), given, connectors)
  if (!result.ok) throw new Error(result.problems.map(writeProblem).join('\n'))
  expect(Object.keys(result.config.alerts.teams)).toEqual(['platform', 'sales'])
})

it('the example of docs/configuration.md is right', () => {
  const old = join(dataDir, 'old')
  writeFileSync(old, 'whsec_b2xk', { mode: 0o600 })
  writeFileSync(join(dataDir, 'shop'), 'whsec_c2hvcA==', { mode: 0o600 })
  const text = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8'))?.[1] ?? ''
  expect(text).toContain('systems:')
  const here = text
    .replace('file:/run/secrets/shop-old', `file:${old}`)
    .replace('file:secrets/generated/shop', 'file:shop')
  const result = parseConfig(
    here,
    join(ROOT, 'patchbay.yaml'),
    environment({ SHOP_SECRET: 'whsec_bmV3', SLACK_WEBHOOK: 'https://hooks.slack.com/services/T/B/x' }),
    connectors,
  )
  if (!result.ok) throw new Error(result.problems.map(writeProblem).join('\n'))
  expect(result.config.systems.shop?.secrets.webhookSecret).toEqual(['whsec_bmV3', 'whsec_b2xk'])
})
