/**
 * The statsd lines of an exchange. In Kong 2.8.5 names contain the service; in 3.9.1 they contain the
 * configured identifier, or tags.
 */
import { defaultWorkspace } from '../../../entities/gateway-sets.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import type { Finished, Surroundings } from '../../exchange/handler.ts'
import { consumerName, figuresOf, lineOf, withoutDots } from '../kit/logs/stats.ts'
import type { Config, MetricConfig, TagStyle } from './config.ts'

export type LinesOf = (exchange: Exchange, finished: Finished) => string[]

/** Lines of an exchange by metric name; undefined for metrics that the gateway does not count. */
type Counters = Readonly<Record<string, (metric: MetricConfig) => readonly string[]>>

export function lineMaker(config: Config, { version, node, entities }: Surroundings): LinesOf {
  const host = withoutDots(node.hostname)
  const isPrefixed = config.hostname_in_prefix === true && !config.tag_style
  const prefix = `${config.prefix ?? 'kong'}${isPrefixed ? `.node.${host}` : ''}`
  if (version.major < 3) return (exchange, finished) => lines2(config, prefix, exchange, finished)
  return (exchange, finished) => {
    const workspaceId = defaultWorkspace(entities())?.id ?? 'default'
    return lines3(config, { prefix, host, workspaceId }, exchange, finished)
  }
}

function lines2(config: Config, prefix: string, exchange: Exchange, finished: Finished): string[] {
  const { service, consumer } = exchange
  if (service === undefined) return []
  const status = finished.head?.status ?? 499
  const figures = figuresOf(exchange, finished)
  const scope = `${prefix}.${withoutDots(service.name ?? service.host)}`
  const who = ({ consumer_identifier: identifier }: MetricConfig) => {
    const name = consumerName(consumer, identifier)
    return identifier === 'consumer_id' ? name?.replaceAll('-', '_') : name
  }
  const both = (name: string, rate: number | null) =>
    [status, 'total'].map(one => lineOf(`${name}.request.status.${one}`, 1, 'counter', rate))
  const counters: Counters = {
    status_count: ({ sample_rate }) => both(scope, sample_rate),
    unique_users: metric => ifKnown(who(metric), name => [lineOf(`${scope}.user.uniques`, name, 'set', 1)]),
    request_per_user: metric =>
      ifKnown(who(metric), name => [
        lineOf(`${scope}.user.${name}.request.count`, 1, 'counter', metric.sample_rate),
      ]),
    status_count_per_user: metric =>
      ifKnown(who(metric), name => both(`${scope}.user.${name}`, metric.sample_rate)),
  }
  return (config.metrics ?? []).flatMap(metric => {
    const figure = figures[metric.name]
    if (figure === undefined) return counters[metric.name]?.(metric) ?? []
    return [lineOf(`${scope}.${figure.stat}`, figure.value, metric.stat_type, metric.sample_rate)]
  })
}

const ifKnown = (name: string | undefined, lines: (name: string) => string[]): string[] =>
  name === undefined ? [] : lines(name)

interface Place {
  readonly prefix: string
  readonly host: string
  readonly workspaceId: string
}

function lines3(config: Config, place: Place, exchange: Exchange, finished: Finished): string[] {
  const status = finished.head?.status ?? 499
  const figures = figuresOf(exchange, finished)
  const style = config.tag_style ?? undefined
  return (config.metrics ?? []).flatMap(metric => {
    const figure = figures[metric.name]
    const names = namesOf(config, metric, place, exchange)
    if (figure === undefined) {
      // With tags, the tagged metrics count the same.
      return style === undefined
        ? counted(metric, scopeOf(names, place, exchange), place, names, exchange, status)
        : []
    }
    // An upstream that got no request has no latency.
    if (figure.value === -1) return []
    const line = (name: string) => lineOf(name, figure.value, metric.stat_type, metric.sample_rate)
    if (style === undefined) return [line(`${scopeOf(names, place, exchange)}.${figure.stat}`)]
    const name = `${place.prefix}.${figure.stat}`
    if (names.service === undefined) return [line(name)]
    return [tagged(style, name, line(''), tagsOf(names, place, exchange, status))]
  })
}

/** The names of service, consumer and workspace in metrics. */
interface Names {
  readonly service: string | undefined
  readonly consumer: string | undefined
  readonly workspace: string
}

function namesOf(config: Config, metric: MetricConfig, { workspaceId }: Place, exchange: Exchange): Names {
  const { service, consumer } = exchange
  const identifier = metric.service_identifier ?? config.service_identifier_default ?? 'service_name_or_host'
  const services = {
    service_id: service?.id,
    service_name: service?.name,
    service_host: service?.host,
    service_name_or_host: service?.name ?? service?.host,
  }
  const workspace = metric.workspace_identifier ?? config.workspace_identifier_default ?? 'workspace_id'
  return {
    service: services[identifier] ?? undefined,
    consumer: consumerName(consumer, metric.consumer_identifier ?? config.consumer_identifier_default),
    workspace: workspace === 'workspace_id' ? workspaceId : 'default',
  }
}

function scopeOf({ service }: Names, { prefix }: Place, exchange: Exchange): string {
  if (exchange.service === undefined) return `${prefix}.global.unmatched`
  return `${prefix}.service.${service === undefined ? 'unnamed' : withoutDots(service)}`
}

function counted(
  { name, sample_rate }: MetricConfig,
  scope: string,
  { prefix }: Place,
  { consumer, workspace }: Names,
  { route }: Exchange,
  status: number,
): string[] {
  const count = (stat: string) => [lineOf(stat, 1, 'counter', sample_rate)]
  const ofConsumer = (lines: (name: string) => string[]) => ifKnown(consumer, lines)
  const counters: Readonly<Record<string, () => string[]>> = {
    status_count: () => count(`${scope}.status.${status}`),
    status_count_per_workspace: () => count(`${scope}.workspace.${workspace}.status.${status}`),
    unique_users: () => ofConsumer(who => [lineOf(`${scope}.user.uniques`, who, 'set', 1)]),
    request_per_user: () => ofConsumer(who => count(`${scope}.user.${who}.request.count`)),
    status_count_per_user: () => ofConsumer(who => count(`${scope}.user.${who}.status.${status}`)),
    status_count_per_user_per_route: () =>
      ofConsumer(who => (route ? count(`${prefix}.route.${route.id}.user.${who}.status.${status}`) : [])),
  }
  return counters[name]?.() ?? []
}

function tagsOf(
  { service, consumer, workspace }: Names,
  { host }: Place,
  { route }: Exchange,
  status: number,
): (readonly [string, string])[] {
  return [
    ['service', service ?? ''],
    ...(route ? [['route', route.name ?? route.id] as const] : []),
    ['workspace', workspace],
    ...(consumer === undefined ? [] : [['consumer', consumer] as const]),
    ['node', host],
    ['status', String(status)],
  ]
}

/** @param rest of the line, from the colon on */
function tagged(
  style: TagStyle,
  name: string,
  rest: string,
  tags: readonly (readonly [string, string])[],
): string {
  const joined = (sign: string) => tags.map(tag => tag.join(sign)).join(',')
  const forms: Readonly<Record<TagStyle, () => string>> = {
    dogstatsd: () => `${name}${rest}|#${joined(':')}`,
    influxdb: () => `${name},${joined('=')}${rest}`,
    librato: () => `${name}#${joined('=')}${rest}`,
    signalfx: () => `${name}[${joined('=')}]${rest}`,
  }
  return forms[style]()
}
