import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMetrics } from '#observe/metrics.ts'
import { ROOT } from '../../house/generate.ts'
import { RULES } from '../rules/rule-files.ts'

// Dashboards and rules name metrics and labels; here they are held against the code.

const GRAFANA = join(ROOT, 'dashboards/grafana')
const dashboards = readdirSync(GRAFANA, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.json'))
const shown = dashboards.flatMap(file => valuesOf(JSON.parse(readFileSync(join(GRAFANA, file), 'utf8')), 'expr'))
const metrics = createMetrics().registry.getMetricsAsArray()

/** Every series that there can be, with its labels. */
const series = new Map<string, readonly string[]>([
  ['up', ['job', 'instance']],
  ['ALERTS', ['alertname', 'alertstate', 'severity', 'team']],
])
for (const metric of metrics) {
  const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : []
  for (const suffix of 'buckets' in metric ? ['_bucket', '_sum', '_count'] : [''])
    series.set(metric.name + suffix, [...labels, 'le', 'job', 'instance'])
}
for (const { record } of RULES) if (record !== undefined) series.set(record, ['system', 'mapping', 'team', 'day'])

test('they use metrics and labels that exist', () => {
  const expressions = [...shown, ...RULES.map(rule => rule.expr)]
  expect(expressions.length).toBeGreaterThan(60)
  for (const expression of expressions) {
    const bare = expression.replaceAll(/"[^"]*"/g, '""')
    const used = [...bare.matchAll(/\b[a-zA-Z][\w:]*/g)]
      .map(match => match[0])
      .filter(word => /patchbay|^(process|nodejs)_|^(up|ALERTS)$/.test(word))
    for (const name of used) expect([...series.keys()], expression).toContain(name)
    const labels = [
      ...[...bare.matchAll(/(?:by|on) \(([^)]*)\)/g)].flatMap(match => match[1]?.split(/,\s*/) ?? []),
      ...[...bare.matchAll(/[{,]\s*(\w+)\s*(?:=~|!=|!~|=)"/g)].map(match => match[1] ?? ''),
    ]
    const known = used.flatMap(name => series.get(name) ?? [])
    for (const label of labels) expect(known, expression).toContain(label)
  }
})

test('every metric of the hub is on a dashboard', () => {
  const all = shown.join('\n')
  const own = metrics.filter(metric => metric.name.startsWith('patchbay_'))
  expect(own.length).toBeGreaterThan(50)
  for (const { name } of own) expect(all, name).toContain(name)
})

/** All texts under a member of this name, however deep. */
function valuesOf(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === name && typeof inner === 'string' ? [inner] : valuesOf(inner, name),
  )
}
