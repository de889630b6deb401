import { z } from 'zod'

/**
 * What Grafana's documentation says of the JSON of a dashboard (dashboard JSON model, schemaVersion 39), as far as ours use it.
 * Unknown members are refused, so that a misspelt one is found here and not by an empty panel.
 */
const gridPos = z.strictObject({
  h: z.int().min(1),
  w: z.int().min(1).max(24),
  x: z.int().min(0).max(23),
  y: z.int().min(0),
})
const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') })

const row = z.strictObject({
  id: z.int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.boolean(),
  gridPos,
  panels: z.tuple([]),
})

const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource,
  expr: z.string().min(1),
  legendFormat: z.string(),
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
  format: z.enum(['table', 'time_series', 'heatmap']).optional(),
})

const step = z.strictObject({ color: z.string(), value: z.number().nullable() })

const panel = z.strictObject({
  id: z.int().positive(),
  type: z.enum(['timeseries', 'stat', 'bargauge', 'table']),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos,
  targets: z.array(target).min(1),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: z.string().min(1),
      thresholds: z.strictObject({ mode: z.literal('absolute'), steps: z.array(step).min(1) }),
      custom: z
        .strictObject({
          fillOpacity: z.number(),
          thresholdsStyle: z.strictObject({ mode: z.enum(['off', 'line', 'dashed', 'area']) }),
        })
        .optional(),
    }),
    overrides: z.tuple([]),
  }),
  options: z.record(z.string(), z.unknown()),
})

const variable = z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']), label: z.string() })

export const dashboardSchema = z.strictObject({
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  title: z.string().min(1),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.literal(39),
  version: z.int(),
  editable: z.boolean(),
  graphTooltip: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  refresh: z.string(),
  timezone: z.enum(['browser', 'utc', '']),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  links: z.array(z.looseObject({ type: z.enum(['dashboards', 'link']), title: z.string() })),
  annotations: z.strictObject({ list: z.array(z.unknown()) }),
  templating: z.strictObject({ list: z.array(variable) }),
  panels: z.array(z.union([row, panel])).min(2),
})
