import { Counter, Histogram, type Metric, Registry } from 'prom-client'
import { METRIC_GROUPS } from '#observe/metrics.ts'
import { createMeters, SETS_MAX } from '#observe/metrics/meters.ts'
import type { GeneratedFile } from '../generate.ts'

const INTRODUCTION = `# Metrics

<!-- Made by npm run generate from src/observe/metrics. -->

What \`/metrics\` tells Prometheus, each process for itself. What is "the same from every process" is read from the database
when somebody asks, at most every few seconds: take it by \`max by (...)\`, and counters by \`sum by (...)\`. Besides these there
are the \`process_\` and \`nodejs_\` metrics of prom-client (CPU, memory, event loop, garbage collection).

Labels are bounded. Event types, ids, addresses and people's values are never labels; a counter or gauge has at most ${SETS_MAX.counter.toLocaleString('en')}
label sets and a histogram ${SETS_MAX.histogram.toLocaleString('en')}. What comes beyond that is counted with \`other\` in place of every label.
`

/** docs/metrics.md: every metric of the hub with its labels. */
export function metricFiles(): GeneratedFile[] {
  const parts = Object.entries(METRIC_GROUPS).map(([title, make]) => {
    const registry = new Registry()
    make(createMeters(registry))
    return `## ${title}\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n${registry.getMetricsAsArray().map(rowOf).join('')}`
  })
  return [{ path: 'docs/metrics.md', content: [INTRODUCTION, ...parts].join('\n') }]
}

function rowOf(metric: object): string {
  const { name, help, labelNames } = metric as Metric & { name: string; help: string; labelNames: string[] }
  const kind = metric instanceof Counter ? 'counter' : metric instanceof Histogram ? 'histogram' : 'gauge'
  return `| \`${name}\` | ${kind} | ${labelNames.join(', ')} | ${help} |\n`
}
