import { expect, test } from 'vitest'
import { Registry } from 'prom-client'
import { createMetrics, METRIC_GROUPS } from '#observe/metrics.ts'
import { createMeters, SETS_MAX } from '#observe/metrics/meters.ts'
import { hasPromtool, promtool } from './rules/promtool.ts'

/** The labels of each meter. */
const labelsOf = new Map<string, readonly string[]>()
for (const make of Object.values(METRIC_GROUPS)) {
  const registry = new Registry()
  const meters = Object.keys(make(createMeters(registry)))
  for (const [index, metric] of registry.getMetricsAsArray().entries())
    labelsOf.set(meters[index] ?? '', (metric as unknown as { labelNames: string[] }).labelNames)
}

/** Counts once with every label of every metric set to a value. */
function touchAll(metrics: ReturnType<typeof createMetrics>, value: string, kinds = ['inc', 'set', 'observe']): void {
  for (const [name, meter] of Object.entries(metrics)) {
    const labels: never = Object.fromEntries((labelsOf.get(name) ?? []).map(label => [label, value])) as never
    if ('inc' in meter && kinds.includes('inc')) meter.inc(labels)
    else if ('observe' in meter && kinds.includes('observe')) meter.observe(labels, 0.2)
    else if ('set' in meter && kinds.includes('set')) meter.set(labels, 1)
  }
}

test.skipIf(!hasPromtool)('promtool finds nothing to say (skipped without the package prometheus)', async () => {
  const metrics = createMetrics()
  for (const value of ['crm', 'erp']) touchAll(metrics, value)
  expect(promtool(['check', 'metrics'], await metrics.registry.metrics())).toEqual({ ok: true, says: '' })
})

test('labels are bounded, whoever makes them up', async () => {
  const metrics = createMetrics({ process: false })
  for (const hostile of ['"} 1\nfake_total 2\n', 'x'.repeat(5_000), '\u0000', '😀', '']) touchAll(metrics, hostile)
  for (let n = 0; n < SETS_MAX.histogram + 100; n += 1) touchAll(metrics, `made up ${n}`, ['observe'])
  for (let n = 0; n < SETS_MAX.counter + 100; n += 1) touchAll(metrics, `made up ${n}`, ['inc', 'set'])
  for (const { name, type, values } of await metrics.registry.getMetricsAsJSON()) {
    const label = values.map(({ labels }) => Object.entries(labels).find(([key]) => key !== 'le')?.[1])
    const max = String(type) === 'histogram' ? SETS_MAX.histogram : SETS_MAX.counter
    expect(new Set(label).size, name).toBeLessThanOrEqual(max + 1)
  }
  const text = await metrics.registry.metrics()
  expect(text).not.toMatch(/^fake_total/m)
  expect(text).not.toContain('xxxxxxxxxx')
  expect(text).toContain('system="other"')
})

test('a thousand systems keep their names', async () => {
  const metrics = createMetrics({ process: false })
  for (let n = 0; n < 1_000; n += 1) {
    const system = `system-${n}`
    for (const result of ['202', '400', '401', '404', '413', '503']) metrics.requests.inc({ system, result })
    metrics.endToEndSeconds.observe({ system }, 0.3)
    metrics.attemptSeconds.observe({ system }, 0.3)
  }
  const text = await metrics.registry.metrics()
  expect(text).toContain('patchbay_requests_total{system="system-999",result="503"} 1')
  expect(text).toContain('patchbay_attempt_seconds_count{system="system-999"} 1')
  expect(text).not.toContain('"other"')
})
