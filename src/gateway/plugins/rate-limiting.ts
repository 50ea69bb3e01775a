/** rate-limiting with the local policy: counters in memory, on the clock's windows. Headers and their order of precedence as recorded from Kong 2.8 and 3.9. */
import { type Exchange, type Header, headerOf } from '../proxy/exchange.ts'
import type { Handler, Surroundings } from './define.ts'
import { type Window, windowAt, windows } from './windows.ts'

interface Config extends Readonly<Partial<Record<Window, number | null>>> {
  readonly limit_by: string
  readonly header_name: string | null
  readonly path: string | null
  readonly hide_client_headers: boolean
  readonly error_code?: number | null
  readonly error_message?: string | null
}

interface Usage {
  readonly window: Window
  readonly limit: number
  readonly remaining: number
  /** Seconds until the window ends, 1 at least. */
  readonly reset: number
  readonly counter: Counter
}

interface Counter {
  count: number
  readonly end: number
}

export function rateLimiting({ now }: Surroundings): Handler {
  const counters = new Map<string, Counter>()
  let sweptAt = 0

  const counterFor = (key: string, window: Window, at: number): Counter => {
    const { start, end } = windowAt(window, at)
    const full = `${key}|${start}|${window}`
    const found = counters.get(full)
    if (found !== undefined) return found
    const made = { count: 0, end }
    counters.set(full, made)
    return made
  }

  /** Counters of windows that are over are forgotten, once a minute at the most. */
  const sweep = (at: number) => {
    if (at - sweptAt < 60_000) return
    sweptAt = at
    for (const [key, { end }] of counters) if (end < at) counters.delete(key)
  }

  return {
    name: 'rate-limiting',
    access: (exchange, plugin) => {
      const config = plugin.config as unknown as Config // made by the plugin's own schema
      const at = now()
      sweep(at)
      const key = `${plugin.routeId}|${plugin.serviceId}|${identifier(exchange, config)}`
      const usages = windows.flatMap(window => {
        const limit = config[window]
        if (limit === null || limit === undefined) return []
        const counter = counterFor(key, window, at)
        const reset = Math.max(1, Math.ceil((counter.end - at) / 1000))
        return [{ window, limit, remaining: Math.max(0, limit - counter.count), reset, counter }]
      })
      const exceeded = usages.some(usage => usage.remaining === 0)
      const headers = config.hide_client_headers ? [] : usageHeaders(usages, exceeded)
      if (exceeded) return refuse(exchange, config, usages, headers)
      for (const { counter } of usages) counter.count += 1
      exchange.addedHeaders.push(...headers)
    },
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
  exchange.exit({
    status: config.error_code ?? 429,
    message: config.error_message ?? 'API rate limit exceeded',
    headers: [...headers, ...retryAfter],
    from: 'plugin',
  })
}

/** What shares one counter. Where what is asked for is not there, the client's address counts. */
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
      return headerOf(exchange.headers, config.header_name ?? '') ?? clientIp
    case 'path':
      return exchange.path === config.path ? exchange.path : clientIp
    default:
      return clientIp
  }
}

/** What is left after this request; one that is refused uses nothing up. */
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
  const title = (window: Window) => `${window[0]?.toUpperCase()}${window.slice(1)}`
  const headers: Header[] = usages.flatMap(usage => [
    [`X-RateLimit-Limit-${title(usage.window)}`, String(usage.limit)],
    [`X-RateLimit-Remaining-${title(usage.window)}`, String(left(usage, exceeded))],
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
