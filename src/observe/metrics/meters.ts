import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/**
 * Label sets that one metric may have. What names them comes from the configuration, from vendors and from what people
 * wrote: a mistake there must fill no memory, here or in Prometheus. A set beyond the bound is counted under `other`.
 */
export const SETS_MAX = { counter: 10_000, gauge: 10_000, histogram: 1_500 } as const
const VALUE_CHARS_MAX = 100

type Labels<L extends string> = Readonly<Record<L, string>>

export interface CounterMeter<L extends string> {
  inc(labels: Labels<L>, by?: number): void
  /** Takes over a count that is kept elsewhere. */
  setTo(labels: Labels<L>, total: number): void
}

export interface GaugeMeter<L extends string> {
  set(labels: Labels<L>, value: number): void
  /** Sets these, and forgets every other label set: what is not among them is gone from the next scrape. */
  replace(values: Iterable<readonly [Labels<L>, number]>): void
}

export interface HistogramMeter<L extends string> {
  observe(labels: Labels<L>, value: number): void
}

export type Meters = ReturnType<typeof createMeters>

/** The only place where metrics are made: what they count is bounded here, whoever counts. */
export function createMeters(registry: Registry) {
  const registers = [registry]
  return {
    counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): CounterMeter<L> {
      const counter = new Counter({ name, help, labelNames, registers })
      const bound = createBound(labelNames, SETS_MAX.counter)
      return {
        inc: (labels, by = 1) => counter.inc(bound.of(labels), by),
        setTo(labels, total) {
          const bounded = bound.of(labels)
          counter.remove(bounded)
          counter.inc(bounded, total)
        },
      }
    },
    gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): GaugeMeter<L> {
      const gauge = new Gauge({ name, help, labelNames, registers })
      const bound = createBound(labelNames, SETS_MAX.gauge)
      const set = (labels: Labels<L>, value: number): void => gauge.set(bound.of(labels), value)
      return {
        set,
        replace(values) {
          gauge.reset()
          bound.reset()
          for (const [labels, value] of values) set(labels, value)
        },
      }
    },
    histogram<L extends string = never>(
      name: string,
      help: string,
      buckets: readonly number[],
      labelNames: readonly L[] = [],
    ): HistogramMeter<L> {
      const histogram = new Histogram({ name, help, buckets: [...buckets], labelNames, registers })
      const bound = createBound(labelNames, SETS_MAX.histogram)
      return { observe: (labels, value) => histogram.observe(bound.of(labels), value) }
    },
  }
}

function createBound<L extends string>(names: readonly L[], setsMax: number) {
  const known = new Set<string>()
  const other = Object.fromEntries(names.map(name => [name, 'other'])) as Labels<L>

  function of(labels: Labels<L>): Labels<L> {
    let key = ''
    let isLong = false
    for (const name of names) {
      const value = labels[name]
      isLong ||= value.length > VALUE_CHARS_MAX
      key += `${value}\n`
    }
    if (isLong) return other
    if (known.has(key)) return labels
    if (known.size >= setsMax) return other
    known.add(key)
    return labels
  }
  return { of, reset: () => known.clear() }
}
