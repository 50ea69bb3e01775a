/** Metrics and their text as Prometheus reads it, in the order in which Kong prints it. */

export type Labels = readonly (readonly [name: string, value: string | number])[]

export interface Family {
  /** With its prefix: `kong_bandwidth_bytes`. */
  readonly name: string
  readonly help: string
}

interface Printed {
  /** A line's name with its labels, by which lines are ordered. */
  readonly key: string
  readonly line: string
}

export interface Metric extends Family {
  readonly type: 'counter' | 'gauge' | 'histogram'
  lines(): Printed[]
}

const escaped = (value: string | number): string =>
  String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const labelled = (name: string, labels: Labels): string =>
  labels.length === 0
    ? name
    : `${name}{${labels.map(([label, value]) => `${label}="${escaped(value)}"`).join(',')}}`

export interface Counter extends Metric {
  add(amount: number, labels: Labels): void
}

export function createCounter(family: Family): Counter {
  const values = new Map<string, number>()
  return {
    ...family,
    type: 'counter',
    add: (amount, labels) => {
      const key = labelled(family.name, labels)
      values.set(key, (values.get(key) ?? 0) + amount)
    },
    lines: () => [...values].map(([key, value]) => ({ key, line: `${key} ${value}` })),
  }
}

/** @param read what it is at this moment */
export function createGauge(family: Family, read: () => (readonly [Labels, number])[]): Metric {
  return {
    ...family,
    type: 'gauge',
    lines: () =>
      read().map(([labels, value]) => {
        const key = labelled(family.name, labels)
        return { key, line: `${key} ${value}` }
      }),
  }
}

export interface Histogram extends Metric {
  observe(value: number, labels: Labels): void
}

interface Observed {
  readonly labels: Labels
  /** How many fell into each bucket, and behind the last one. */
  readonly counts: number[]
  sum: number
}

export function createHistogram(family: Family, buckets: readonly number[]): Histogram {
  const all = new Map<string, Observed>()
  const { name } = family
  return {
    ...family,
    type: 'histogram',
    observe: (value, labels) => {
      const key = labelled(name, labels)
      const found = all.get(key)
      const observed = found ?? { labels, counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 }
      if (found === undefined) all.set(key, observed)
      const at = buckets.findIndex(limit => value <= limit)
      const index = at === -1 ? buckets.length : at
      observed.counts[index] = (observed.counts[index] ?? 0) + 1
      observed.sum += value
    },
    lines: () => [...all.values()].flatMap(observed => linesOf(name, observed, buckets)),
  }
}

function linesOf(name: string, { labels, counts, sum }: Observed, buckets: readonly number[]): Printed[] {
  let reached = 0
  const inBuckets = counts.map((count, index) => {
    reached += count
    const limit = buckets[index]
    const line = `${labelled(`${name}_bucket`, [...labels, ['le', limit ?? '+Inf']])} ${reached}`
    // Limits are ordered as numbers, the infinite one last.
    const place = limit === undefined ? 'Inf' : String(limit).padStart(8, '0')
    return { key: labelled(`${name}_bucket`, [...labels, ['le', place]]), line }
  })
  const [count, total] = [labelled(`${name}_count`, labels), labelled(`${name}_sum`, labels)]
  return [...inBuckets, { key: count, line: `${count} ${reached}` }, { key: total, line: `${total} ${sum}` }]
}

/** All metrics that have a value, by name. */
export function printMetrics(metrics: readonly Metric[]): string {
  const sorted = [...metrics].sort((a, b) => (a.name < b.name ? -1 : 1))
  const lines = sorted.flatMap(metric => {
    const printed = metric.lines().sort((a, b) => (a.key < b.key ? -1 : 1))
    if (printed.length === 0) return []
    return [
      `# HELP ${metric.name} ${metric.help}`,
      `# TYPE ${metric.name} ${metric.type}`,
      ...printed.map(({ line }) => line),
    ]
  })
  return `${lines.join('\n')}\n`
}
