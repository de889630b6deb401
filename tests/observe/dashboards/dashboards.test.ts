import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dashboardFiles, DASHBOARDS } from '../../house/generators/dashboards.ts'
import { type BusyHub, contact, startBusyHub } from '../busy-hub.ts'
import { dashboardSchema } from './grafana-schema.ts'
import { hasPrometheus, type Prometheus, startPrometheus } from '../prometheus.ts'
import { RULE_FILES } from '../rules/rule-files.ts'
import { until } from '../../support/until.ts'

// Every panel of every dashboard, asked of a real Prometheus that scraped a real hub.

const panels = DASHBOARDS.flatMap(dashboard =>
  dashboard.rows.flatMap(row => row.panels.map(panel => ({ of: `${dashboard.title}: ${panel.title}`, panel }))),
)

test('every panel has a unit and says what it shows', () => {
  expect(panels.length).toBeGreaterThan(60)
  for (const { of, panel } of panels) {
    expect(panel.unit, of).toBeTruthy()
    expect(panel.description.length, of).toBeGreaterThan(4)
    expect(panel.steps[0]?.[0], of).toBeNull()
  }
})

test.each(dashboardFiles())('$path has the form that Grafana reads, and no panel lies on another', ({ content }) => {
  const { panels: placed } = dashboardSchema.parse(JSON.parse(content))
  expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length)
  const cells = placed.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  for (const { gridPos } of placed) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
})

describe.skipIf(!hasPrometheus)('every query returns data (skipped without the package prometheus)', () => {
  let hub: BusyHub
  let prometheus: Prometheus
  let n = 0

  beforeAll(async () => {
    hub = await startBusyHub()
    prometheus = await startPrometheus({ hubUrl: hub.scene.hub.url, rules: RULE_FILES })
  }, 60_000)
  afterAll(() => prometheus?.stop())

  /** What Grafana would ask; windows are shorter, since this Prometheus remembers a few seconds. */
  const asked = (expr: string): string =>
    expr.replaceAll('$system', '.*').replaceAll('$__rate_interval', '5s').replaceAll('[6h:5m]', '[5s:1s]')

  /** The panels that show nothing, or nothing that is a number. */
  async function empty(): Promise<string[]> {
    const one = contact(`live-${(n += 1)}`, `live-${n}`, { mail: `p${n}@example.com`, first: 'Li' })
    await hub.scene.post('site', [one])
    const found: string[] = []
    for (const { of, panel } of panels) {
      for (const { expr } of panel.queries) {
        const result = await prometheus.query(asked(expr))
        if (!result.some(({ value }) => !Number.isNaN(value))) found.push(`${of}: ${expr}`)
      }
    }
    return found
  }

  test('on all dashboards', async () => {
    await until(empty, found => found.length === 0, 40_000)
  }, 60_000)
})
