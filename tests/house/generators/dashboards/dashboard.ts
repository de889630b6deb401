import { assertNever } from '#model/assert.ts'
import type { Panel } from './panel.ts'

/** A dashboard: rows of panels, and what may be chosen above. */
export interface Dashboard {
  uid: string
  title: string
  description: string
  /** Ask for the system; else all are shown. */
  choosesSystem: boolean
  rows: readonly { title: string; panels: readonly Panel[] }[]
}

const COLUMNS = 24
const HEIGHT = { stat: 4, timeseries: 8, bargauge: 8, table: 8 } as const
/** The schema that Grafana 10 and 11 write; newer ones migrate it when they load it. */
const SCHEMA_VERSION = 39
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

/** Grafana's JSON of a dashboard. */
export function dashboardJson({ uid, title, description, choosesSystem, rows }: Dashboard): object {
  return {
    uid,
    title: `Patchbay: ${title}`,
    description,
    tags: ['patchbay'],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    timezone: 'browser',
    time: { from: 'now-6h', to: 'now' },
    links: [
      {
        type: 'dashboards',
        title: 'Patchbay',
        tags: ['patchbay'],
        asDropdown: false,
        includeVars: true,
        keepTime: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: '',
        url: '',
      },
    ],
    annotations: { list: [] },
    templating: { list: choosesSystem ? [datasourceVariable(), systemVariable()] : [datasourceVariable()] },
    panels: placed(rows),
  }
}

function datasourceVariable(): object {
  return { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source', current: {} }
}

function systemVariable(): object {
  return {
    name: 'system',
    type: 'query',
    label: 'System',
    datasource: DATASOURCE,
    query: { query: 'label_values(patchbay_system_info, system)', refId: 'systems' },
    includeAll: true,
    multi: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
    refresh: 2,
    sort: 1,
  }
}

/** Panels from left to right, row by row. */
function placed(rows: Dashboard['rows']): object[] {
  const result: object[] = []
  let [x, y, rowHeight] = [0, 0, 0]
  const breakLine = (): void => {
    ;[x, y, rowHeight] = [0, y + rowHeight, 0]
  }
  for (const row of rows) {
    breakLine()
    const gridPos = { h: 1, w: COLUMNS, x: 0, y }
    result.push({ id: result.length + 1, type: 'row', title: row.title, collapsed: false, gridPos, panels: [] })
    y += 1
    for (const panel of row.panels) {
      if (x + panel.width > COLUMNS) breakLine()
      const h = HEIGHT[panel.kind]
      result.push(panelJson(panel, result.length + 1, { h, w: panel.width, x, y }))
      x += panel.width
      rowHeight = Math.max(rowHeight, h)
    }
  }
  return result
}

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const isTable = panel.kind === 'table'
  return {
    id,
    type: panel.kind,
    title: panel.title,
    description: panel.description,
    datasource: DATASOURCE,
    gridPos,
    targets: panel.queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...(panel.kind === 'timeseries' ? {} : { instant: true, range: false }),
      ...(isTable ? { format: 'table' } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit: panel.unit,
        thresholds: { mode: 'absolute', steps: panel.steps.map(([value, color]) => ({ color, value })) },
        ...(panel.kind === 'timeseries' ? { custom: { fillOpacity: 10, thresholdsStyle: { mode: styleOf(panel) } } } : {}),
      },
      overrides: [],
    },
    options: optionsOf(panel),
  }
}

/** A line where it becomes bad; panels that only show have none. */
function styleOf({ steps }: Panel): 'off' | 'dashed' {
  return steps.length > 1 ? 'dashed' : 'off'
}

function optionsOf({ kind }: Panel): object {
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false }
  switch (kind) {
    case 'timeseries':
      return {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      }
    case 'stat':
      return { reduceOptions, colorMode: 'background', graphMode: 'none', textMode: 'auto' }
    case 'bargauge':
      return { reduceOptions, displayMode: 'basic', orientation: 'horizontal', showUnfilled: true }
    case 'table':
      return { showHeader: true, cellHeight: 'sm' }
    default:
      return assertNever(kind)
  }
}
