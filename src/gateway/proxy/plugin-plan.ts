/**
 * Which configuration of each plugin applies: the most specific one. Scopes are sorted when a configuration
 * comes into force, and what they come to for a route is found out once, so that a request with ten plugins
 * costs ten steps and no searching.
 */
import type { Plugin } from '../../entities/kinds/plugin.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Handler, Work } from '../exchange/handler.ts'

/** One plugin for one route. */
export interface Step {
  readonly name: string
  /** Without a consumer. */
  readonly plain: Work | undefined
  /** By the consumer's id, most specific first; only those with any. */
  readonly consumers: readonly ReadonlyMap<string, Work>[]
}

export interface PluginPlans {
  /** By priority; without a route those without a scope. */
  of(route: Route | undefined): readonly Step[]
}

/** The prepared functions of configured plugins; a changed plugin is another object. */
export type Works = WeakMap<Plugin, Work>

/**
 * @param handlers highest priority first
 * @param known where prepared plugins are found again by the next configuration
 */
export function planPlugins(
  plugins: readonly Plugin[],
  handlers: readonly Handler[],
  known: Works,
): PluginPlans {
  const byName = new Map<string, Plugin[]>()
  for (const plugin of plugins) {
    if (!plugin.enabled || !isForHttp(plugin)) continue
    const group = byName.get(plugin.name)
    if (group === undefined) byName.set(plugin.name, [plugin])
    else group.push(plugin)
  }
  const slots = handlers.flatMap(handler => slotOf(byName.get(handler.name) ?? [], handler, known) ?? [])
  const plans = new Map<string | undefined, readonly Step[]>()
  return {
    of: route => {
      const found = plans.get(route?.id)
      if (found !== undefined) return found
      const made = slots
        .map(slot => stepFor(slot, route))
        .filter(({ plain, consumers }) => plain !== undefined || consumers.length > 0)
      plans.set(route?.id, made)
      return made
    },
  }
}

/** All configurations of one plugin. */
interface Slot {
  readonly name: string
  readonly plain: Map<string, Work>
  readonly byConsumer: Map<string, Map<string, Work>>
}

const scopeKey = (routeId: string | undefined, serviceId: string | undefined): string =>
  `${routeId ?? ''}|${serviceId ?? ''}`

function slotOf(own: readonly Plugin[], handler: Handler, known: Works): Slot | undefined {
  if (own.length === 0) return undefined
  const slot: Slot = { name: handler.name, plain: new Map(), byConsumer: new Map() }
  for (const plugin of own) {
    const work = known.get(plugin) ?? configured(plugin, handler)
    known.set(plugin, work)
    const key = scopeKey(plugin.route?.id, plugin.service?.id)
    if (plugin.consumer === null) slot.plain.set(key, work)
    else {
      const group = slot.byConsumer.get(key) ?? new Map<string, Work>()
      slot.byConsumer.set(key, group.set(plugin.consumer.id, work))
    }
  }
  return slot
}

/** Kong only checks whether one of a plugin's `protocols` is HTTP, not whether it is the request's own. */
const isForHttp = ({ protocols }: Plugin): boolean => protocols.some(one => /^(http|grpc)s?$/.test(one))

const configured = ({ id, name, config, route, service, consumer }: Plugin, handler: Handler): Work =>
  handler.configure({
    id,
    name,
    config: config ?? {},
    routeId: route?.id ?? null,
    serviceId: service?.id ?? null,
    consumerId: consumer?.id ?? null,
  })

/**
 * Kong's order (source: its plugins iterator, the same in 2.8 and 3.9): route, service and consumer · route
 * and consumer · service and consumer · route and service · consumer · route · service · none.
 */
function stepFor({ name, plain, byConsumer }: Slot, route: Route | undefined): Step {
  const [routeId, serviceId] = [route?.id, route?.service?.id]
  const both = routeId !== undefined && serviceId !== undefined ? scopeKey(routeId, serviceId) : undefined
  const pinned = both === undefined ? undefined : plain.get(both)
  const unpinned =
    (routeId === undefined ? undefined : plain.get(scopeKey(routeId, undefined))) ??
    (serviceId === undefined ? undefined : plain.get(scopeKey(undefined, serviceId))) ??
    plain.get(scopeKey(undefined, undefined))
  const scopes = [
    both,
    routeId === undefined ? undefined : scopeKey(routeId, undefined),
    serviceId === undefined ? undefined : scopeKey(undefined, serviceId),
    // A consumer alone counts less than route and service together.
    pinned === undefined ? scopeKey(undefined, undefined) : undefined,
  ]
  const consumers = scopes.flatMap(scope => (scope === undefined ? [] : (byConsumer.get(scope) ?? [])))
  return { name, plain: pinned ?? unpinned, consumers }
}

export function workFor({ plain, consumers }: Step, consumerId: string | undefined): Work | undefined {
  if (consumerId === undefined || consumers.length === 0) return plain
  for (const group of consumers) {
    const found = group.get(consumerId)
    if (found !== undefined) return found
  }
  return plain
}
