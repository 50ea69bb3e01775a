/**
 * rate-limiting: so many requests a window of the clock, counted in memory. Headers and their order of
 * precedence as recorded from Kong 2.8 and 3.9.
 */

import { type Window, windows } from '../../entities/plugins/fields/windows.ts'
import { rateLimiting as schema } from '../../entities/plugins/rate-limiting.ts'
import { type Exchange, type Header, headerOf } from '../exchange/exchange.ts'
import { type ActivePlugin, configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { refused } from './kit/json-answer.ts'
import { localPolicyNotice } from './kit/local-policy.ts'
import { headerValues } from './kit/lua-tables.ts'
import { countersOf } from './kit/window-counters.ts'
import { lengths, windowAt } from './kit/window-times.ts'

type Config = ReturnType<typeof read>

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

interface Limit {
  readonly window: Window
  readonly limit: number
  readonly limitHeader: Header
  readonly remainingHeader: string
}

interface Usage extends Limit {
  readonly remaining: number
  /** Seconds until the window ends, 1 at least. */
  readonly reset: number
}

export function rateLimiting({ now, log, share }: Surroundings): Handler {
  const counters = share(countersOf('rate-limiting'))
  const tellLocal = localPolicyNotice('rate-limiting', log)
  return {
    name: schema.name,
    configure: plugin => {
      const config = read(plugin)
      tellLocal(config.policy)
      const limits = windows.flatMap(window => {
        const limit = config[window]
        return typeof limit === 'number' ? [limitOf(window, limit)] : []
      })
      const scope = `${plugin.routeId}|${plugin.serviceId}`
      return {
        access: exchange => {
          const at = Math.floor(now() / 1000) * 1000
          const key = `${scope}|${identifier(exchange, config)}`
          const slots = limits.map(({ window, limit }) => ({ key, window, limit }))
          const counted = counters.take(slots, at)
          if (!(counted instanceof Promise)) return conclude(exchange, config, usagesOf(limits, counted, at))
          return counted.then(counts => conclude(exchange, config, usagesOf(limits, counts, at)))
        },
      }
    },
  }
}

/** @param counts before this request */
const usagesOf = (limits: readonly Limit[], counts: readonly number[], at: number): Usage[] =>
  limits.map((one, index) => ({
    ...one,
    remaining: Math.max(0, one.limit - (counts[index] ?? 0)),
    reset: Math.max(1, lengths[one.window] - (at - windowAt(one.window, at).start) / 1000),
  }))

function conclude(exchange: Exchange, config: Config, usages: readonly Usage[]): void {
  const exceeded = usages.some(usage => usage.remaining === 0)
  const headers = config.hide_client_headers ? [] : usageHeaders(usages, exceeded)
  if (exceeded) refuse(exchange, config, usages, headers)
  else {
    const others = exchange.addedHeaders.filter(([name]) => headerOf(headers, name) === undefined)
    exchange.addedHeaders = [...others, ...headers]
  }
}

function limitOf(window: Window, limit: number): Limit {
  const title = `${window[0]?.toUpperCase()}${window.slice(1)}`
  return {
    window,
    limit,
    limitHeader: [`X-RateLimit-Limit-${title}`, String(limit)],
    remainingHeader: `X-RateLimit-Remaining-${title}`,
  }
}

function refuse(
  exchange: Exchange,
  config: Config,
  usages: readonly Usage[],
  headers: readonly Header[],
): void {
  const retryAfter: Header[] = config.hide_client_headers
    ? []
    : [['Retry-After', String(decisive(usages, true)?.reset ?? 1)]]
  const { error_code, error_message } = config
  const said = error_message ?? 'API rate limit exceeded'
  exchange.exit(refused(error_code ?? 429, said, [...headers, ...retryAfter]))
}

/** The key of a counter. If the configured value is missing in the request, the client's address counts. */
function identifier(exchange: Exchange, config: Config): string {
  const { clientIp, service, consumer, credential } = exchange
  switch (config.limit_by) {
    case 'service':
      return service?.id ?? clientIp
    case 'consumer':
      return consumer?.id ?? credential?.id ?? clientIp
    case 'credential':
      return credential?.id ?? clientIp
    case 'header':
      return headerValues(exchange.headers, config.header_name ?? '')[0] ?? clientIp
    case 'path':
      return pathOf(exchange) === config.path ? config.path : clientIp
    default:
      return clientIp
  }
}

/** 2.8 compares the path as it came. */
const pathOf = ({ path, rawPath, snapshot }: Exchange): string =>
  snapshot.version.major < 3 ? rawPath : path

/** The remainder after this request; a refused request uses nothing. */
const left = ({ remaining }: Usage, exceeded: boolean): number =>
  Math.max(0, exceeded ? remaining : remaining - 1)

/** The window with the least left; of equal ones the longer. */
function decisive(usages: readonly Usage[], exceeded: boolean): Usage | undefined {
  return usages.reduce<Usage | undefined>(
    (best, usage) => (best === undefined || left(usage, exceeded) <= left(best, exceeded) ? usage : best),
    undefined,
  )
}

function usageHeaders(usages: readonly Usage[], exceeded: boolean): Header[] {
  const headers: Header[] = usages.flatMap(usage => [
    usage.limitHeader,
    [usage.remainingHeader, String(left(usage, exceeded))],
  ])
  const first = decisive(usages, exceeded)
  if (first === undefined) return headers
  return [
    ...headers,
    ['RateLimit-Limit', String(first.limit)],
    ['RateLimit-Remaining', String(left(first, exceeded))],
    ['RateLimit-Reset', String(first.reset)],
  ]
}
