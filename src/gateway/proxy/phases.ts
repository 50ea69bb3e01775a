/** Which plugins run for an exchange, in which order, and running them. */
import type { ActivePlugin } from '../plugins/define.ts'
import type { Exchange } from './exchange.ts'
import { type PluginSlot, scopeKey } from './snapshot.ts'

/** The most specific configuration wins (source: Kong's documentation on plugin precedence, and the recorded scopes). */
function configurationFor({ byScope }: PluginSlot, exchange: Exchange): ActivePlugin | undefined {
  const route = exchange.route?.id ?? null
  const service = exchange.service?.id ?? null
  const consumer = exchange.consumer?.id ?? null
  const scopes: [string | null, string | null, string | null][] = [
    [route, service, consumer],
    [route, null, consumer],
    [null, service, consumer],
    [route, service, null],
    [null, null, consumer],
    [route, null, null],
    [null, service, null],
    [null, null, null],
  ]
  for (const scope of scopes) {
    const found = byScope.get(scopeKey(...scope))
    if (found !== undefined) return found
  }
  return undefined
}

/** Runs the access phases by priority, until one answers. A consumer that one of them finds counts for those after it. */
export async function runAccess(exchange: Exchange): Promise<void> {
  for (const slot of exchange.snapshot.plugins) {
    const plugin = configurationFor(slot, exchange)
    if (plugin === undefined) continue
    exchange.ran.push([slot.handler, plugin])
    const done = slot.handler.access?.(exchange, plugin)
    if (done !== undefined) await done
    if (exchange.answer !== undefined) return
  }
}

/** The response phases of the plugins that ran. */
export function runResponse(exchange: Exchange): void {
  for (const [handler, plugin] of exchange.ran) handler.response?.(exchange, plugin)
}
