import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createMetrics } from '#observe/metrics.ts'
import { ROOT } from './generate.ts'

// docs/operations.md and dashboards/ name metrics and reasons; here they are held against the code.

const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')
const metrics = createMetrics().registry.getMetricsAsArray()

/** The rows of the first table below a heading, as cells. */
function table(heading: string): string[][] {
  const part = operations.split(`\n${heading}\n`)[1]?.split(/^#/m)[0] ?? ''
  const rows = part.split('\n').filter(line => line.startsWith('|'))
  return rows.slice(2).map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

function code(cell: string | undefined): string {
  return cell?.replaceAll('`', '') ?? ''
}

test('the tables of dead letters have every reason', () => {
  const found = { event: new Set<string>(), delivery: new Set<string>() }
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    const stage = file.split('/')[0] ?? ''
    if (!file.endsWith('.ts') || !['gateway', 'interpret', 'resolve', 'plan', 'deliver'].includes(stage)) continue
    const text = readFileSync(join(ROOT, 'src', file), 'utf8')
    const isEvent = stage !== 'deliver' || file === 'deliver/read.ts'
    for (const [, reason = ''] of text.matchAll(/'dead'[^;})]{0,40}?\breason(?::| =) '(\w+)'/g))
      found[isEvent ? 'event' : 'delivery'].add(reason)
    // What settling says in SQL of a create that met another customer's record.
    for (const [, reason = ''] of text.matchAll(/taken_by is not null then '(\w+)'\n/g)) found.delivery.add(reason)
  }
  expect(found.event.size).toBeGreaterThan(5)
  expect(found.delivery.size).toBeGreaterThan(4)
  const listed = (heading: string) => table(heading).map(([reason]) => code(reason))
  expect(listed('### Events').toSorted()).toEqual([...found.event].toSorted())
  expect(listed('### Deliveries').toSorted()).toEqual([...found.delivery].toSorted())
})

describe('dashboards and alerts', () => {
  const grafana: unknown = JSON.parse(readFileSync(join(ROOT, 'dashboards/grafana/patchbay.json'), 'utf8'))
  const rules: { groups: { rules: Rule[] }[] } = parse(
    readFileSync(join(ROOT, 'dashboards/prometheus/patchbay.rules.yml'), 'utf8'),
  )
  interface Rule {
    alert: string
    expr: string
    labels: { severity: string }
    annotations: { summary: string; runbook: string }
  }
  const alerts = rules.groups.flatMap(group => group.rules)
  const expressions = [...valuesOf(grafana, 'expr'), ...alerts.map(rule => rule.expr)]

  test('use metrics and labels that exist', () => {
    const names = new Map<string, readonly string[]>([['up', ['job']]])
    for (const metric of metrics) {
      const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : []
      const isHistogram = 'buckets' in metric
      for (const suffix of isHistogram ? ['_bucket', '_sum', '_count'] : [''])
        names.set(metric.name + suffix, [...labels, 'le', 'job', 'instance'])
    }
    expect(expressions.length).toBeGreaterThan(25)
    for (const expression of expressions) {
      const used = [...expression.matchAll(/\b(?:patchbay|process|nodejs)_\w+|\bup\b/g)].map(match => match[0])
      expect(used.length, expression).toBeGreaterThan(0)
      for (const name of used) expect([...names.keys()], expression).toContain(name)
      const labels = [
        ...[...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(match => match[1]?.split(/,\s*/) ?? []),
        ...[...expression.matchAll(/[{,]\s*(\w+)\s*(?:=~|!=|!~|=)/g)].map(match => match[1] ?? ''),
      ]
      const known = used.flatMap(name => names.get(name) ?? [])
      for (const label of labels) expect(known, expression).toContain(label)
    }
  })

  test('every alert says what to do', () => {
    expect(alerts.length).toBeGreaterThanOrEqual(6)
    const headings = [...operations.matchAll(/^#+ (.+)$/gm)].map(match =>
      (match[1] ?? '').toLowerCase().replaceAll(' ', '-'),
    )
    for (const { alert, labels, annotations } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels.severity)
      expect(annotations.summary, alert).not.toBe('')
      const [page, heading] = annotations.runbook.split('#')
      expect(page, alert).toBe('docs/operations.md')
      expect(headings, alert).toContain(heading)
    }
  })

  test('the example for Prometheus loads the rules and asks the hub', () => {
    const example: { rule_files: string[]; scrape_configs: { job_name: string }[] } = parse(
      readFileSync(join(ROOT, 'dashboards/prometheus/prometheus.yml'), 'utf8'),
    )
    expect(example.rule_files).toEqual(['patchbay.rules.yml'])
    expect(example.scrape_configs.map(job => job.job_name)).toEqual(['patchbay'])
  })
})

/** All texts under a member of this name, however deep. */
function valuesOf(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === name && typeof inner === 'string' ? [inner] : valuesOf(inner, name),
  )
}
