/** Of the systems that are chosen above. */
export const SYSTEM = 'system=~"$system"'

/** How often a second, by labels. */
export const perSecond = (metric: string, by: string, where = ''): string =>
  `sum by (${by}) (rate(${metric}{${where}}[$__rate_interval]))`

/** What is the same from every process. */
export const latest = (metric: string, by: string, where = ''): string => `max by (${by}) (${metric}{${where}})`

/** A percentile of a histogram. */
export const percentile = (p: number, histogram: string, by = '', where = ''): string =>
  `histogram_quantile(${p}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${histogram}_bucket{${where}}[$__rate_interval])))`

/** What has not happened yet has no series: it is nought. */
export const orNone = (expr: string): string => `${expr} or vector(0)`
