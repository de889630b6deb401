/** What a panel shows; where it stands is said by the dashboard. */
export interface Panel {
  kind: 'timeseries' | 'stat' | 'bargauge' | 'table'
  title: string
  /** For whoever meets the panel for the first time: what it says, and when to worry. */
  description: string
  unit: Unit
  queries: readonly Query[]
  /** From this value on, the colour; the first colour holds below. */
  steps: readonly Step[]
  width: number
}

/** Grafana's names of units. */
export type Unit = 'short' | 's' | 'reqps' | 'ops' | 'bytes' | 'percentunit' | 'percent' | 'bool' | 'dateTimeFromNow'

export interface Query {
  expr: string
  legend: string
}

type Step = readonly [from: number | null, color: 'green' | 'yellow' | 'orange' | 'red' | 'blue']

interface Options {
  description: string
  unit?: Unit
  steps?: readonly Step[]
  width?: number
}

const QUIET: readonly Step[] = [[null, 'blue']]

/** Good below, worth a look from `warn` on, bad from `bad` on. */
export const rising = (warn: number, bad: number): readonly Step[] => [
  [null, 'green'],
  [warn, 'yellow'],
  [bad, 'red'],
]

/** Bad below `bad`, worth a look below `warn`. */
export const falling = (bad: number, warn: number): readonly Step[] => [
  [null, 'red'],
  [bad, 'yellow'],
  [warn, 'green'],
]

/** Nothing may be there. */
export const NONE: readonly Step[] = [
  [null, 'green'],
  [1, 'red'],
]

/** Lines over time, one query each legend. */
export function lines(title: string, queries: Readonly<Record<string, string>>, options: Options): Panel {
  return panel('timeseries', title, queries, { width: 12, ...options })
}

/** One number of now. */
export function number(title: string, expr: string, options: Options): Panel {
  return panel('stat', title, { '': expr }, { width: 4, ...options })
}

/** One bar for each series of now. */
export function bars(title: string, queries: Readonly<Record<string, string>>, options: Options): Panel {
  return panel('bargauge', title, queries, { width: 12, ...options })
}

/** One row for each series of now. */
export function rows(title: string, queries: Readonly<Record<string, string>>, options: Options): Panel {
  return panel('table', title, queries, { width: 12, ...options })
}

function panel(kind: Panel['kind'], title: string, queries: Readonly<Record<string, string>>, options: Options): Panel {
  const { description, unit = 'short', steps = QUIET, width = 12 } = options
  const list = Object.entries(queries).map(([legend, expr]) => ({ legend, expr }))
  return { kind, title, description, unit, steps, width, queries: list }
}
