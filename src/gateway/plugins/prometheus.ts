/**
 * prometheus: what the gateway did, counted by service and route, at `/metrics` of the Admin API (names and
 * labels: Kong 2.8.5 and 3.9.1).
 */
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { prometheus as schema } from '../../entities/plugins/prometheus.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { configOf, type Finished, type Handler, type Surroundings } from '../exchange/handler.ts'
import { type Latencies, latenciesOf, requestSize } from './kit/measures.ts'
import {
  createCounter,
  createHistogram,
  type Labels,
  type Metric,
  printMetrics,
} from './prometheus/metrics.ts'
import { asksForHealth, isEnabled, nodeMetrics } from './prometheus/node-metrics.ts'

type Config = ConfigOf<typeof schema>

/** The counted values of an exchange. */
interface Counted {
  readonly service: string | undefined
  readonly route: string | undefined
  /** Empty unless metrics are per consumer. */
  readonly consumer: string
  readonly status: number
  readonly source: 'service' | 'kong'
  readonly ingress: number
  readonly egress: number
  readonly latencies: Latencies
}

interface Counting {
  readonly metrics: readonly Metric[]
  count(counted: Counted, config: Config): void
}

export function prometheus(surroundings: Surroundings): Handler {
  const isNew = surroundings.version.major >= 3
  const own = isNew ? counting3() : counting2()
  const counting = surroundings.share({
    name: schema.name,
    make: () => own,
    notifications: { count: 'later' },
  })
  const { entities } = surroundings
  const ofNode = nodeMetrics(surroundings, () => !isNew || asksForHealth(entities()))
  const errors = createCounter({
    name: 'kong_nginx_metric_errors_total',
    help: 'Number of nginx-lua-prometheus errors',
  })
  errors.add(0, [])
  return {
    name: 'prometheus',
    endpoints: [
      {
        path: '/metrics',
        handlers: {
          GET: () => {
            // 3.x reports only the node until a plugin is configured.
            const counted = !isNew || isEnabled(entities()) ? [...own.metrics, errors] : []
            return { status: 200, text: printMetrics([...ofNode, ...counted]) }
          },
        },
      },
    ],
    configure: plugin => {
      const config = configOf(plugin, schema)
      return {
        log: (exchange, finished) => {
          counting.count(countedOf(exchange, finished, config), config)
        },
      }
    },
  }
}

function countedOf(exchange: Exchange, { at, head, responseSize }: Finished, config: Config): Counted {
  const { service, route, consumer, upstream } = exchange
  return {
    service: service && (service.name ?? service.host),
    route: route && (route.name ?? route.id),
    consumer: (config.per_consumer && consumer?.username) || '',
    status: head?.status ?? 499,
    source: upstream === undefined ? 'kong' : 'service',
    ingress: requestSize(exchange),
    egress: responseSize,
    latencies: latenciesOf(exchange, at),
  }
}

const upstreamBuckets = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10_000, 30_000, 60_000]
const kongBuckets = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000]

function counting3(): Counting {
  const named = (name: string, help: string) => ({ name: `kong_${name}`, help })
  const added = ' for each service/route in Kong'
  const requests = createCounter(
    named('http_requests_total', 'HTTP status codes per consumer/service/route in Kong'),
  )
  const bandwidth = createCounter(
    named('bandwidth_bytes', 'Total bandwidth (ingress/egress) throughput in bytes'),
  )
  const kong = createHistogram(
    named('kong_latency_ms', `Latency added by Kong and enabled plugins${added}`),
    kongBuckets,
  )
  const upstream = createHistogram(
    named('upstream_latency_ms', `Latency added by upstream response${added}`),
    upstreamBuckets,
  )
  const total = createHistogram(
    named('request_latency_ms', `Total latency incurred during requests${added}`),
    upstreamBuckets,
  )
  return {
    metrics: [requests, bandwidth, kong, upstream, total],
    count: ({ service = '', route, consumer, status, source, ingress, egress, latencies }, config) => {
      if (route === undefined) return
      const place: Labels = [
        ['service', service],
        ['route', route],
      ]
      const workspace = ['workspace', 'default'] as const
      const who = ['consumer', consumer] as const
      if (config.bandwidth_metrics) {
        if (ingress > 0) bandwidth.add(ingress, [...place, ['direction', 'ingress'], workspace, who])
        if (egress > 0) bandwidth.add(egress, [...place, ['direction', 'egress'], workspace, who])
      }
      if (config.status_code_metrics)
        requests.add(1, [...place, ['code', status], ['source', source], workspace, who])
      if (!config.latency_metrics) return
      total.observe(latencies.request, [...place, workspace])
      if (latencies.proxy >= 0) upstream.observe(latencies.proxy, [...place, workspace])
      kong.observe(latencies.kong, [...place, workspace])
    },
  }
}

const buckets2 = [
  1, 2, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500, 1000, 2000, 5000, 10_000,
  30_000, 60_000,
]

function counting2(): Counting {
  const named = (name: string, help: string) => ({ name: `kong_${name}`, help })
  const statuses = createCounter(named('http_status', 'HTTP status codes per service/route in Kong'))
  const consumers = createCounter(
    named('http_consumer_status', 'HTTP status codes for customer per service/route in Kong'),
  )
  const bandwidth = createCounter(
    named('bandwidth', 'Total bandwidth in bytes consumed per service/route in Kong'),
  )
  const latency = createHistogram(
    named(
      'latency',
      'Latency added by Kong, total request time and upstream latency for each service/route in Kong',
    ),
    buckets2,
  )
  return {
    metrics: [statuses, consumers, bandwidth, latency],
    count: ({ service, route = '', consumer, status, ingress, egress, latencies }) => {
      if (service === undefined) return
      const place: Labels = [
        ['service', service],
        ['route', route],
      ]
      statuses.add(1, [...place, ['code', status]])
      if (ingress > 0) bandwidth.add(ingress, [...place, ['type', 'ingress']])
      if (egress > 0) bandwidth.add(egress, [...place, ['type', 'egress']])
      latency.observe(latencies.request, [...place, ['type', 'request']])
      if (latencies.proxy >= 0) latency.observe(latencies.proxy, [...place, ['type', 'upstream']])
      latency.observe(latencies.kong, [...place, ['type', 'kong']])
      if (consumer !== '') consumers.add(1, [...place, ['code', status], ['consumer', consumer]])
    },
  }
}
