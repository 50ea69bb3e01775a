/**
 * response-ratelimiting: the upstream says in a header what a request used up (`X-Kong-Limit: videos=2`), of
 * limits with names. Who used up all learns it from the response that says so (behaviour: Kong 2.8.5, 3.9.1).
 */

import { type Window, windows } from '../../entities/plugins/fields/windows.ts'
import { responseRatelimiting as schema } from '../../entities/plugins/response-ratelimiting.ts'
import { type Exchange, type Header, withHeader, withoutHeader } from '../exchange/exchange.ts'
import { type ActivePlugin, configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { localPolicyNotice } from './kit/local-policy.ts'
import { headerValues, responseName } from './kit/lua-tables.ts'
import { countersOf, type Slot } from './kit/window-counters.ts'

type Config = ReturnType<typeof read>

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

interface Limit {
  readonly name: string
  readonly window: Window
  readonly limit: number
}

interface Usage extends Limit, Slot {
  readonly remaining: number
}

/** The usage of each limit when a request arrived, and the time. */
interface Used {
  readonly usages: readonly Usage[]
  readonly at: number
}

export function responseRatelimiting({ version, now, log, share }: Surroundings): Handler {
  const counters = share(countersOf('response-ratelimiting'))
  const tellLocal = localPolicyNotice('response-ratelimiting', log)
  return {
    name: schema.name,
    configure: plugin => {
      const config = read(plugin)
      tellLocal(config.policy)
      const limits = limitsOf(config)
      const names = [...new Set(limits.map(({ name }) => name))]
      const scope = `${plugin.routeId}|${plugin.serviceId}`
      const used = new WeakMap<Exchange, Used>()
      const conclude = (exchange: Exchange, { usages, at }: Used) => {
        const headers: Header[] = []
        for (const name of names) {
          const left = usages.filter(usage => usage.name === name).map(({ remaining }) => remaining)
          if (config.block_on_first_violation && left.includes(0)) return block(exchange, name)
          headers.push([`X-RateLimit-Remaining-${name}`, String(Math.min(...left))])
        }
        // 2.8 sends the header to the upstream, 3.x to the client.
        if (version.major < 3) exchange.headers = headers.reduce(withRequestHeader, exchange.headers)
        else exchange.addedHeaders = headers.reduce(withResponseHeader, exchange.addedHeaders)
        used.set(exchange, { usages, at })
      }
      return {
        access: exchange => {
          const at = now()
          const key = `${scope}|${identifier(exchange, config)}`
          const slots = limits.map(one => ({ ...one, key: `${key}|${one.name}` }))
          const usagesAt = (counts: readonly number[]) =>
            slots.map((one, index) => ({ ...one, remaining: one.limit - (counts[index] ?? 0) }))
          const counted = counters.read(slots, at)
          if (!(counted instanceof Promise)) return conclude(exchange, { usages: usagesAt(counted), at })
          return counted.then(counts => conclude(exchange, { usages: usagesAt(counts), at }))
        },
        response: (exchange, head) => {
          const known = used.get(exchange)
          if (known === undefined) return
          const { usages, at } = known
          const [said = ''] = headerValues(exchange.upstream?.headers ?? [], config.header_name)
          const increments = incrementsIn(said)
          if (!config.hide_client_headers)
            head.headers = usageHeaders(usages, increments).reduce(withResponseHeader, head.headers)
          head.headers = withoutHeader(head.headers, responseName(config.header_name))
          const isOver = usages.some(
            ({ name, remaining }) => (increments.get(name) ?? 0) > 0 && remaining <= 0,
          )
          if (isOver) {
            head.status = 429
            head.headers = withHeader(head.headers, 'Content-Length', '0')
            exchange.rewriteBody = () => Buffer.alloc(0)
          } else {
            const amounts = usages.map(({ key, window, name }) => ({
              key,
              window,
              amount: increments.get(name) ?? 0,
            }))
            counters.add(amounts, at)
          }
        },
      }
    },
  }
}

const limitsOf = ({ limits }: Config): Limit[] =>
  Object.entries(limits).flatMap(([name, given]) =>
    windows.flatMap(window => {
      const limit = given[window]
      return typeof limit === 'number' ? [{ name, window, limit }] : []
    }),
  )

function block(exchange: Exchange, name: string): void {
  exchange.exit({ status: 429, message: `API rate limit exceeded for '${name}'`, from: 'plugin' })
}

function identifier({ consumer, credential, clientIp }: Exchange, { limit_by }: Config): string {
  if (limit_by === 'consumer') return consumer?.id ?? credential?.id ?? clientIp
  return (limit_by === 'credential' ? credential?.id : undefined) ?? clientIp
}

const withRequestHeader = (headers: Header[], [name, value]: Header): Header[] =>
  withHeader(headers, name, value)

const withResponseHeader = (headers: Header[], [name, value]: Header): Header[] =>
  withHeader(headers, responseName(name), value)

/** `videos=2, images=1`; other values than numbers are ignored. */
function incrementsIn(header: string): Map<string, number> {
  const parts = header.split(',').map(part => part.split('='))
  return new Map(
    parts.flatMap(([name = '', value, ...more]) => {
      const number = Number(value?.trim() || Number.NaN)
      return more.length > 0 || Number.isNaN(number) ? [] : [[name.trim(), number] as const]
    }),
  )
}

const usageHeaders = (usages: readonly Usage[], increments: ReadonlyMap<string, number>): Header[] =>
  usages.flatMap(({ name, window, limit, remaining }) => [
    [`X-RateLimit-Limit-${name}-${window}`, String(limit)],
    [`X-RateLimit-Remaining-${name}-${window}`, String(Math.max(0, remaining - (increments.get(name) ?? 0)))],
  ])
